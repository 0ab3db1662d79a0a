import type { z } from 'zod'

/** What stands beside `to` in a request; a message to a group names its own `to`. */
type Example = { type: string } & Record<string, unknown>

/**
 * A kind of message as Meta describes it: for reading and for the documentation, loose on all that Meta may add. No
 * send is refused on our own reading of it.
 */
export type MessageKind = {
  /** The `type`, with the interactive kind behind a dot: `interactive.button`. */
  kind: string
  about: string
  content: z.ZodType
  /** One line for people who look through a conversation; null for content that cannot be read. */
  preview(content: unknown): string | null
  example: Example
  /** Further shapes worth showing. */
  variants: ReadonlyArray<{ about: string; example: Example }>
}

export function defineMessage<Content extends z.ZodType>({
  preview,
  variants = [],
  ...kind
}: Omit<MessageKind, 'content' | 'preview' | 'variants'> & {
  content: Content
  preview(content: z.output<Content>): string
  variants?: MessageKind['variants']
}): MessageKind {
  return {
    ...kind,
    variants,
    preview(content) {
      const read = kind.content.safeParse(content)
      return read.success ? preview(read.data) : null
    },
  }
}
