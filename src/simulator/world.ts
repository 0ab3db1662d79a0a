import { z } from 'zod'

// A world comes from a file or a test, so it is read by a schema that names what is wrong in it.

const id = z.string().regex(/^\d{1,20}$/, 'must be 1 to 20 digits')

const appSeed = z.strictObject({
  id,
  /** Signs the webhooks. */
  secret: z.string().min(1),
  name: z.string().optional(),
  /** Where its webhooks go; without one they are only logged. */
  callback_url: z.string().optional(),
  verify_token: z.string().optional(),
  /** The webhook fields it takes. Default: all. */
  fields: z.array(z.string()).optional(),
})

const templateSeed = z.strictObject({
  id: id.optional(),
  name: z.string(),
  language: z.string(),
  category: z.string(),
  parameter_format: z.string().optional(),
  components: z.array(z.record(z.string(), z.unknown())),
  /** Default APPROVED. */
  status: z.enum(['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED', 'PENDING_DELETION', 'ARCHIVED']).optional(),
  message_send_ttl_seconds: z.number().int().optional(),
})

const catalog = z.strictObject({
  id,
  products: z.array(
    z.strictObject({
      retailer_id: z.string(),
      name: z.string(),
      price: z.string().optional(),
      currency: z.string().optional(),
      image: z.string().optional(),
    }),
  ),
})

const numberSeed = z.strictObject({
  id,
  display_phone_number: z
    .string()
    .regex(/\d{7}/, 'must be a phone number')
    .or(z.string().regex(/\d[\d ()+-]{6,}/)),
  verified_name: z.string(),
  throughput: z.enum(['STANDARD', 'HIGH']).optional(),
  /** Shared with the WhatsApp Business app. */
  coexistence: z.boolean().optional(),
})

const flowSeed = z.strictObject({
  id,
  name: z.string(),
  /** Default PUBLISHED. */
  status: z.enum(['DRAFT', 'PUBLISHED', 'DEPRECATED', 'THROTTLED', 'BLOCKED']).optional(),
})

const accountSeed = z.strictObject({
  id,
  name: z.string(),
  /** The token that sees this account and what belongs to it. */
  access_token: z.string().min(1),
  business_id: id.optional(),
  verified: z.boolean().optional(),
  tier: z.enum(['TIER_250', 'TIER_2K', 'TIER_10K', 'TIER_100K', 'TIER_UNLIMITED']).optional(),
  /** A test account writes only to these recipients. */
  test: z.strictObject({ allowed_recipients: z.array(z.string()) }).optional(),
  phone_numbers: z.array(numberSeed),
  templates: z.array(templateSeed).optional(),
  flows: z.array(flowSeed).optional(),
  catalog: catalog.optional(),
})

/** What exists when the simulator starts. Ids are the digits Meta would have given. */
export const world = z.strictObject({
  /** The Meta app, subscribed to every account. */
  app: appSeed,
  /** More apps that are subscribed to every account. */
  other_apps: z.array(appSeed).optional(),
  accounts: z.array(accountSeed),
  customers: z
    .array(
      z.strictObject({
        wa_id: z.string().regex(/^\d{7,15}$/, 'must be 7 to 15 digits'),
        name: z.string(),
        /** Written to the first number at every start and reset, which opens the window. */
        says: z.string().min(1).optional(),
      }),
    )
    .optional(),
})

export type World = z.input<typeof world>
export type AccountSeed = z.output<typeof accountSeed>
export type AppSeed = z.output<typeof appSeed>
export type NumberSeed = z.output<typeof numberSeed>
export type TemplateSeed = z.input<typeof templateSeed>
export type Catalog = z.output<typeof catalog>
