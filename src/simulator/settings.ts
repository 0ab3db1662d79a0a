import { z } from 'zod'
import { SWITCHES } from './switches.ts'

const ms = z
  .number()
  .int()
  .min(0)
  .max(90 * 24 * 3_600_000)
const count = z.number().int().min(0)

/** Milliseconds on the simulator's clock. */
export const timings = z.strictObject({
  sent: ms.default(200).describe('From the accepted send to `sent`'),
  delivered: ms.default(600).describe('From the accepted send to `delivered`, on a phone that is online'),
  read: ms
    .nullable()
    .default(1500)
    .describe('From the accepted send to `read`; null for customers who open nothing by themselves'),
  jitter: ms.default(0).describe('Up to this much is added to each of the three, by the seed'),
  template_review: ms.default(3000).describe('From the creation or edit of a template to the end of its review'),
  number_review: ms.default(3000).describe('From the request of a display name to its decision'),
  throughput_upgrade: ms
    .default(60_000)
    .describe('How long a number takes nothing (131057) while its throughput is raised'),
  pause: z
    .tuple([ms, ms])
    .default([3 * 3_600_000, 6 * 3_600_000])
    .describe('The first and the second pause of a template; the third time it is disabled'),
})

export const limits = z.strictObject({
  pair: z
    .strictObject({ burst: count.min(1), every_ms: ms.min(1) })
    .nullable()
    .default({ burst: 45, every_ms: 6000 })
    .describe('Messages of one number to one customer (131056); null for none'),
  throughput: z
    .strictObject({ standard: count.min(1), high: count.min(1), coexistence: count.min(1) })
    .nullable()
    .default({ standard: 80, high: 1000, coexistence: 20 })
    .describe('Messages a second of one number (130429); null for none'),
  calls_per_hour: z
    .strictObject({ active: count.min(1), inactive: count.min(1) })
    .nullable()
    .default({ active: 5000, inactive: 200 })
    .describe('Management calls of one account (80007); null for none'),
  template_creations_per_hour: count.nullable().default(100).describe('Of one account; null for none'),
  templates: z
    .strictObject({ verified: count, unverified: count })
    .default({ verified: 6000, unverified: 250 })
    .describe('Of one account, by whether its business is verified'),
  registrations: count.nullable().default(10).describe('register and deregister in 72 hours (133016)'),
  qr_codes: count.default(2000).describe('Of one number'),
  blocked_users: count.default(64_000).describe('Of one number (139101)'),
  messages_kept: count.min(1).default(50_000).describe('Above it the oldest finished messages leave'),
  webhooks_waiting: count
    .min(1)
    .default(200_000)
    .describe('Beyond so many unacknowledged ones webhooks are only logged, as `not_sent`'),
  webhooks_kept: count.min(1).default(1000).describe('Of those that are done, in the log of GET /webhooks'),
})

export const webhooks = z.strictObject({
  concurrency: z.number().int().min(1).max(256).default(32).describe('Deliveries in the air at once'),
  statuses: z.boolean().default(true).describe('Whether statuses are sent at all; phones show them anyway'),
  batch: z
    .strictObject({ most: z.number().int().min(2).max(1000), within_ms: ms })
    .nullable()
    .default(null)
    .describe('Merges up to `most` changes that come within this time into one delivery'),
  answer_timeout: ms.min(1).default(20_000).describe('How long an answer is waited for, in real milliseconds'),
})

/** Every setting of the simulator, with its default; all can be changed while it runs. */
export const settingsSchema = z.strictObject({
  timings: timings.prefault({}),
  limits: limits.prefault({}),
  webhooks: webhooks.prefault({}),
  switches: z.strictObject(SWITCHES).prefault({}),
  fetch_links: z
    .boolean()
    .default(false)
    .describe('Whether linked media is fetched, as Meta does; off, a laptop without a network still sends'),
  app_usage: z.boolean().default(false).describe('Whether answers carry X-App-Usage'),
  magic_prefix: z
    .string()
    .regex(/^\d{0,14}$/, 'must be digits')
    .nullable()
    .default('999')
    .describe('Numbers that begin so choose a fault by their last four digits; null for none'),
})

export type Settings = z.output<typeof settingsSchema>

/** Some of the settings, the rest as they are. */
export type SettingsChange = {
  [Section in keyof Settings]?: Settings[Section] extends object ? Partial<Settings[Section]> : Settings[Section]
}

/** The settings with some of them changed. Throws a ZodError that names what makes no sense. */
export function changeSettings(settings: Settings, change: SettingsChange): Settings {
  const merged: Record<string, unknown> = { ...settings }
  for (const [section, value] of Object.entries(change)) {
    const old = merged[section]
    const both = isSection(old) && isSection(value)
    merged[section] = both ? { ...old, ...value } : value
  }
  return settingsSchema.parse(merged)
}

export function defaultSettings(): Settings {
  return settingsSchema.parse({})
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
