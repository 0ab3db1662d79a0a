import type { z } from 'zod'

/**
 * A kind of message as Meta describes it: for reading and for the documentation, loose on all that Meta may add. No
 * send is refused on our own reading of it. `example`: what stands beside `to` in a request.
 */
export type MessageKind = {
  /** The `type`, with the interactive kind behind a dot: `interactive.button`. */
  kind: string
  about: string
  content: z.ZodType
  example: { type: string } & Record<string, unknown>
}

export function defineMessage<Content extends z.ZodType>(
  kind: Omit<MessageKind, 'content'> & { content: Content },
): MessageKind {
  return kind
}
