import type { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import type { Media, PhoneNumber } from '../state.ts'

/** A type of message a customer can write. */
export type InboundType<Content = unknown> = {
  type: string
  content: z.ZodType<Content>
  /** The content may be left out. */
  contentOptional?: boolean
  /** What the webhook carries, when it is not the content itself: media gets its id here. */
  write?(content: Content, simulation: Simulation, number: PhoneNumber): Promise<{ content: unknown; media: Media[] }>
  /** Members of the message beside its content. */
  beside?: Record<string, unknown>
}

export function defineInbound<Content>(type: InboundType<Content>): InboundType<Content> {
  return type
}
