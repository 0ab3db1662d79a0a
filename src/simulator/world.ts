import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/ids.ts'

/** What exists when the simulator starts. Ids are the digits Meta would have given. */
export type World = {
  /** The Meta app: its webhooks go to `callback_url`, signed with `secret`. Without a callback they are only logged. */
  app: { id: string; secret: string; name?: string; callback_url?: string; verify_token?: string }
  accounts: AccountSeed[]
  customers?: { wa_id: string; name: string }[]
}

export type AccountSeed = {
  id: string
  name: string
  /** The token that sees this account and what belongs to it. */
  access_token: string
  phone_numbers: { id: string; display_phone_number: string; verified_name: string }[]
  templates?: TemplateSeed[]
  catalog?: Catalog
}

export type Catalog = {
  id: string
  products: { retailer_id: string; name: string; price?: string; currency?: string; image?: string }[]
}

export type TemplateSeed = {
  name: string
  language: string
  category: string
  parameter_format?: string
  components: Record<string, unknown>[]
  id?: string
  /** Default APPROVED. */
  status?: string
}

/** Milliseconds on the simulator's clock. */
export type Timings = {
  /** From the accepted send to `sent`, when the message is on the customer's phone. */
  sent: number
  /** From the accepted send to `delivered`. */
  delivered: number
  /** From the accepted send to `read`; null for customers who never read. */
  read: number | null
  /** From the creation of a template to the end of its review. */
  templateReview: number
}

export const DEFAULT_TIMINGS: Timings = { sent: 200, delivered: 600, read: 1500, templateReview: 3000 }

export type SimulatorOptions = {
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** The X-API-Key of the control API. */
  key: string
  clock?: Clock
  random?: Random
  timings?: Partial<Timings>
  /** Whether linked media is fetched, as Meta does. Default false: a laptop without a network still sends. */
  fetchLinks?: boolean
  /** How many messages are kept; above it the oldest finished ones leave. Default 50,000. */
  messageLimit?: number
  /** Where others reach the simulator, for media URLs. Default: the address it listens on. */
  publicUrl?: string
  world: World
}

export type Simulator = {
  url: string
  port: number
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
