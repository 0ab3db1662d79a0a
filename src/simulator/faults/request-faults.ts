import { z } from 'zod'
import { MINUTE } from '../../lib/clock.ts'
import { ERROR_CODES } from '../error-codes.ts'
import { graphRefusal, sessionExpired } from '../graph-error.ts'
import type { Switches } from '../switches.ts'
import type { Effect } from './define.ts'

type Refusal = Parameters<typeof graphRefusal>[0]

const HOUR = 60 * MINUTE
const nothing = z.strictObject({})
const UNKNOWN_CODE = { path: ['code'], message: 'is not in the table; with a message of your own it may be' }

/** What goes wrong with a request, by Meta's answer or on the network. */
export const requestFaults: readonly Effect[] = [
  {
    name: 'refuse',
    stage: 'request',
    about:
      'Meta refuses with `code`, any of the table, or one of your own with `message`; `status`, `subcode`, `message`, `details` and `is_transient` as you like.',
    with: z
      .strictObject({
        code: z.number().int().min(0),
        status: z.number().int().min(400).max(599).optional(),
        subcode: z.number().int().optional(),
        message: z.string().max(1000).optional(),
        details: z.string().max(1000).optional(),
        is_transient: z.boolean().optional(),
      })
      .refine(({ code, message }) => code in ERROR_CODES || message !== undefined, UNKNOWN_CODE),
    magic: {
      '1056': { code: 131056 },
      '0429': { code: 130429 },
      '5000': { code: 131000 },
      '5030': { code: 2 },
      '5700': { code: 131057 },
      '3010': { code: 133010 },
      '9190': { code: 190, subcode: 463 },
    },
    fault: (taken, { switches, account_id, now }) => ({
      kind: 'refuse',
      error: graphRefusal({ ...expired(taken, now), ...switched(Number(taken.code), switches), ...(taken as Refusal) }),
      headers: usageFor(Number(taken.code), account_id),
    }),
  },
  {
    name: 'slow',
    stage: 'request',
    about: 'The answer comes after `ms` real milliseconds.',
    with: z.strictObject({ ms: z.number().int().min(1).max(600_000).default(10_000) }),
    fault: ({ ms }) => ({ kind: 'slow', ms: Number(ms) }),
  },
  {
    name: 'reset_before',
    stage: 'request',
    about: 'The connection is reset before anything happens.',
    with: nothing,
    magic: { '9101': {} },
    fault: () => ({ kind: 'reset', after: false }),
  },
  {
    name: 'reset_after',
    stage: 'request',
    about: 'The request is carried out, then the connection is reset: the client cannot know.',
    with: nothing,
    magic: { '9102': {} },
    fault: () => ({ kind: 'reset', after: true }),
  },
  {
    name: 'silence_before',
    stage: 'request',
    about: 'Nothing happens and nothing is answered, until the client gives up.',
    with: nothing,
    magic: { '9103': {} },
    fault: () => ({ kind: 'silence', after: false }),
  },
  {
    name: 'silence_after',
    stage: 'request',
    about: 'The request is carried out, and never answered.',
    with: nothing,
    magic: { '9104': {} },
    fault: () => ({ kind: 'silence', after: true }),
  },
  {
    name: 'truncate',
    stage: 'request',
    about: 'The request is carried out; its answer breaks off in the middle.',
    with: nothing,
    magic: { '9105': {} },
    fault: () => ({ kind: 'truncate' }),
  },
  {
    name: 'drip',
    stage: 'request',
    about: 'The request is carried out; its answer comes `bytes` at a time, every `every_ms` real milliseconds.',
    with: z.strictObject({
      bytes: z.number().int().min(1).max(10_000).default(10),
      every_ms: z.number().int().min(1).max(60_000).default(200),
    }),
    magic: { '9106': {} },
    fault: ({ bytes, every_ms }) => ({ kind: 'drip', bytes: Number(bytes), every_ms: Number(every_ms) }),
  },
  {
    name: 'html_page',
    stage: 'request',
    about: 'A page of HTML with `status` instead of JSON; nothing happens.',
    with: z.strictObject({ status: z.number().int().min(200).max(599).default(502) }),
    magic: { '9107': {} },
    fault: ({ status }) => ({ kind: 'page', status: Number(status) }),
  },
  {
    name: 'garble',
    stage: 'request',
    about: 'The request is carried out; its answer says it is gzip, and is not.',
    with: nothing,
    magic: { '9108': {} },
    fault: () => ({ kind: 'garble' }),
  },
  {
    name: 'empty',
    stage: 'request',
    about: 'The request is carried out; the answer is 200 without a body.',
    with: nothing,
    magic: { '9109': {} },
    fault: () => ({ kind: 'empty' }),
  },
]

// Meta says since when.
function expired({ code, subcode }: Record<string, unknown>, now: number): { message?: string } {
  return code === 190 && subcode === 463 ? { message: sessionExpired(now - HOUR, now) } : {}
}

// Where sources disagree in the status, the switches have it.
function switched(code: number, { throttle_status, unknown_template_status }: Switches): { status?: number } {
  if ([4, 80007, 130429, 131056].includes(code)) return { status: throttle_status }
  return code === 132001 ? { status: unknown_template_status } : {}
}

// Meta says in these headers when to come back.
function usageFor(code: number, account_id: string): Record<string, string> {
  const spent = { call_count: 100, total_cputime: 25, total_time: 25 }
  if (code === 4) return { 'x-app-usage': JSON.stringify(spent) }
  if (code !== 80007) return {}
  const usage = { type: 'whatsapp_business_management', ...spent, estimated_time_to_regain_access: 30 }
  return { 'x-business-use-case-usage': JSON.stringify({ [account_id]: [usage] }) }
}
