import type { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import type { Customer, Message, PhoneNumber } from '../state.ts'

export type Writing = { simulation: Simulation; customer: Customer; number: PhoneNumber; message: Message }

/** A type of message a customer can write. */
export type InboundType<Content = unknown> = {
  type: string
  content: z.ZodType<Content>
  /** The content may be left out. */
  contentOptional?: boolean
  /** What the webhook carries, when it is not the content itself: media gets its id here. */
  write?(
    content: Content,
    simulation: Simulation,
    number: PhoneNumber,
  ): Promise<{ content: unknown; media: Message['media'] }>
  /** What it does to what is on the phone already. */
  happens?(content: Content, writing: Writing): void
  /** Members of the message beside its content. */
  beside?: Record<string, unknown>
  /** Comes without the customer's profile. */
  withoutContacts?: boolean
  /** False for what is no message of the customer's own. */
  opensWindow?: boolean
}

export function defineInbound<Content>(type: InboundType<Content>): InboundType<Content> {
  return type
}
