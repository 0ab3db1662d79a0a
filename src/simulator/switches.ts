import { z } from 'zod'

/**
 * What published material leaves open or contradicts itself in. One switch each, with the default that the better evidence
 * speaks for.
 */
export const SWITCHES = {
  webhook_retry_hours: z
    .union([z.literal(168), z.literal(36)])
    .default(168)
    .describe('How long webhooks are repeated: seven days on two pages, 36 hours on one'),
  window_closed: z.enum(['async', 'sync']).default('async').describe('131047: a failed status, or the answer itself'),
  payment_issue: z.enum(['async', 'sync']).default('async').describe('131042: a failed status, or the answer itself'),
  account_locked: z.enum(['sync', 'async']).default('sync').describe('131031: the answer itself, or a failed status'),
  link_failed: z
    .enum(['async', 'sync'])
    .default('async')
    .describe('131053: a failed status, or the answer itself; only where links are fetched'),
  pair_rate: z.enum(['sync', 'async']).default('sync').describe('131056: the answer itself, or a failed status'),
  display_name: z.enum(['async', 'sync']).default('async').describe('131037: a failed status, or the answer itself'),
  throttle_status: z
    .union([z.literal(400), z.literal(429)])
    .default(400)
    .describe('The HTTP status of 4, 80007, 130429, 131056: 400 in the table, 429 in many clients'),
  unknown_template_status: z
    .union([z.literal(404), z.literal(400)])
    .default(404)
    .describe('The HTTP status of 132001'),
  reach_exceeded: z
    .enum(['131048', '131049', '130429'])
    .default('131048')
    .describe('What exceeding the messaging limit gives: a failed status, with 130429 the answer itself'),
  length_unit: z
    .enum(['code_points', 'utf16'])
    .default('code_points')
    .describe('What the lengths in a send are counted in'),
  button_emoji: z.enum(['allowed', 'refused']).default('allowed').describe('Emoji in the titles of reply buttons'),
  country_prefix: z
    .enum(['off', 'on'])
    .default('off')
    .describe('Whether a `to` without + gets the country code of the business number when it has not got it'),
  wa_id: z
    .enum(['as_sent', 'normalised'])
    .default('as_sent')
    .describe(
      'Whether Brazilian (ninth digit) and Mexican (1) numbers come back in another form than they were sent in',
    ),
  coupon_code_length: z
    .union([z.literal(20), z.literal(15)])
    .default(20)
    .describe('The longest code of a copy-code button'),
  conversational_prompts: z
    .union([z.literal(4), z.literal(3)])
    .default(4)
    .describe('How many prompts a number can have'),
  profile_description: z
    .union([z.literal(512), z.literal(256)])
    .default(512)
    .describe('The longest description of a business profile'),
  contacts: z
    .union([z.literal(257), z.literal(5)])
    .default(257)
    .describe('The most contacts in one message'),
  media_file_size: z.enum(['number', 'string']).default('number').describe('`file_size` of GET /{media_id}'),
  media_sha256: z.enum(['hex', 'base64']).default('hex').describe('`sha256` of GET /{media_id}'),
  check_order: z
    .enum(['message_first', 'account_first'])
    .default('message_first')
    .describe('Whether a wrong message is refused before a locked account is, or after'),
  webhook_language: z
    .enum(['underscore', 'hyphen'])
    .default('underscore')
    .describe('The language code in template webhooks: as created (en_US), or as in the documentation (en-US)'),
  unknown_keys: z
    .enum(['refused', 'ignored'])
    .default('refused')
    .describe('Keys of a send that Meta does not document'),
  own_number: z
    .union([z.literal(131021), z.literal(100)])
    .default(131021)
    .describe('What a send to the business number itself is refused with'),
  link_failure: z
    .union([z.literal(131053), z.literal(131052), z.literal(131014)])
    .default(131053)
    .describe('The code of a link that could not be fetched'),
  blanks: z
    .union([z.literal(132018), z.literal(100)])
    .default(132018)
    .describe('New lines, tabs or runs of blanks in a template parameter: 132018 since v23'),
  pricing_on_sent: z
    .enum(['always', 'usually', 'never'])
    .default('always')
    .describe('Whether `sent` carries `pricing`; `usually` is 93 of 100, as measured'),
  pricing_on_read: z.enum(['skipped_delivered', 'always']).default('skipped_delivered').describe('When `read` does'),
  us_marketing: z
    .enum(['blocked', 'delivered'])
    .default('delivered')
    .describe('131049 for all marketing to US numbers, as Meta has it since April 2025'),
  user_ids: z
    .enum(['off', 'on'])
    .default('off')
    .describe('Business-scoped user ids (2026): in webhooks, and as `recipient` of a send'),
  webhook_version: z
    .enum(['v24.0', 'v23.0'])
    .default('v24.0')
    .describe('Up to v23 every status carries `conversation`'),
} as const

const switches = z.strictObject(SWITCHES)
export type Switches = z.output<typeof switches>
export const DEFAULT_SWITCHES: Switches = switches.parse({})
