import { messageKinds } from './index.ts'

/**
 * One line of text for a body as it was sent. Null for kinds that we do not describe and for content that cannot be
 * read: there is nothing to say of them but their type.
 */
export function previewOf(body: Record<string, unknown>): string | null {
  // Meta takes a message without a type for a text.
  const type = typeof body.type === 'string' ? body.type : 'text'
  const content = body[type]
  const kind = type === 'interactive' ? `interactive.${interactiveType(content)}` : type
  return messageKinds.find((known) => known.kind === kind)?.preview(content) ?? null
}

const interactiveType = (content: unknown) =>
  typeof content === 'object' && content !== null && 'type' in content ? String(content.type) : ''
