import { messageExamples } from '../message-examples.ts'

export type Kind = keyof typeof messageExamples
export type Message = Record<string, unknown>

/** The example with other values at some places; undefined takes one away. */
export function changed(kind: Kind, changes: Message): Message {
  const message: Message = structuredClone(messageExamples[kind])
  for (const [path, value] of Object.entries(changes)) put(message, path.split('.'), value)
  return message
}

function put(object: Message, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) object[key] = value
  else {
    object[key] ??= {}
    put(object[key] as Message, rest, value)
  }
}

export const x = (length: number) => '🌵'.repeat(length)
export const some = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))
/** The test simulator's clock, in seconds. */
export const NOW = 1_790_000_000
export const PRODUCT = { product_retailer_id: 'SKU_1' }
export const card = (kind: Kind, index: number): Message => {
  const { interactive } = structuredClone(messageExamples[kind]) as { interactive: { action: { cards: Message[] } } }
  return { ...interactive.action.cards[0], card_index: index }
}
export const templateCard = (kind: Kind, index: number): Message => {
  const { template } = structuredClone(messageExamples[kind]) as { template: { components: { cards: Message[] }[] } }
  return { ...template.components[0]?.cards[0], card_index: index }
}
/** The places the rows below change most. */
export const ACTION = 'interactive.action'
export const PARAMETERS = 'interactive.action.parameters'
export const CARDS = 'interactive.action.cards'
export const ORDER = `${PARAMETERS}.order`
export const COMPONENT = 'template.components.0'
export const PARAMETER = 'template.components.0.parameters.0'

/** What is accepted at a limit, and refused with a code one past it. */
export type Bound = [kind: Kind, what: string, limit: number, code: number, build: (n: number) => Message]
