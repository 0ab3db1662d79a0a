import type { z } from 'zod'
import type { GraphError } from '../graph-error.ts'
import type { Quirk } from '../state.ts'
import type { Switches } from '../switches.ts'

/** What goes wrong with a request. `after`: the request is carried out first, so that the client cannot know. */
export type RequestFault =
  | { kind: 'refuse'; error: GraphError; headers?: Record<string, string> }
  | { kind: 'reset'; after: boolean }
  | { kind: 'silence'; after: boolean }
  | { kind: 'slow'; ms: number }
  | { kind: 'truncate' }
  | { kind: 'drip'; bytes: number; every_ms: number }
  | { kind: 'page'; status: number }
  | { kind: 'garble' }
  | { kind: 'empty' }

/** What goes wrong with one change on its way to the business. */
export type WebhookFault = {
  drop: boolean
  /** How often it comes again. */
  copies: number
  late_ms: number
  badlySigned: boolean
  /** `user_id`: of the customer it is about. */
  edit(value: Record<string, unknown>, user_id: string): Record<string, unknown>
}

/** What a refusal has to know. `account_id`: whose request it is. `now`: microseconds. */
export type Asked = { switches: Switches; account_id: string; now: number }

/**
 * Something that can go wrong: at a request, with a message that was accepted, or with a webhook. `index.ts` names each;
 * rules, magic numbers and the documentation follow from here.
 */
export type Effect = {
  name: string
  /** One line for people. */
  about: string
  /** What it takes. */
  with: z.ZodType<Record<string, unknown>>
  /** The last four digits of a number that have this effect, with what it then takes. */
  magic?: Record<string, Record<string, unknown>>
} & (
  | { stage: 'request'; fault(taken: Record<string, unknown>, asked: Asked): RequestFault }
  | { stage: 'message'; quirk(taken: Record<string, unknown>): Quirk }
  | { stage: 'webhook'; change(taken: Record<string, unknown>, fault: WebhookFault, chance: () => number): void }
)
