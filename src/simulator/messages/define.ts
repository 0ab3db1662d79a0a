import type { MediaKind } from '../media/kinds.ts'
import type { Param } from '../param.ts'
import type { Account, Flow, PhoneNumber, RenderedTemplate, State, Template } from '../state.ts'

/** What the checks of a payload leave for the steps after them. */
export type Findings = {
  /** Media named by id: looked up once the payload itself is in order. */
  media: { id: string; kind: MediaKind; path: string }[]
  /** Links Meta would fetch after the answer. */
  links: { link: string; kind: MediaKind }[]
  /** When orders run out, in seconds. */
  expirations: { at: number; path: string }[]
}

/** Where a message is sent from, for the rules that need more than the message. */
export type Place = { number: PhoneNumber; account: Account; state: State }

/** What the account's own things say about a message. */
export type Looked = { template?: Template; rendered?: RenderedTemplate; flow?: Flow }

/** A message type the simulator knows: its file says the rules, `index.ts` names it. */
export type MessageType = {
  type: string
  /** Whether it can only be sent to a group. */
  groupsOnly?: boolean
  /** Whether it may not quote a message. */
  quotesNothing?: boolean
  /** The payload's own rules, in Meta's order: shapes and lengths (100), then missing parts and limits (131008, 131009). */
  check(payload: Param, findings: Findings): void
  /** The rules that need the account: its templates, its catalog. Only called for a payload that passed `check`. */
  look?(payload: Param, place: Place): Looked
}

export function defineMessage(type: MessageType): MessageType {
  return type
}

export type HeaderType = 'text' | 'image' | 'video' | 'document'

/** A kind of interactive message; the parts all kinds share are checked in `interactive.ts`. */
export type InteractiveKind = {
  type: string
  /** Which headers it takes. */
  headers: readonly HeaderType[]
  headerRequired?: boolean
  body: { max: number; required: boolean }
  footer: boolean
  action(action: Param, findings: Findings): void
  look?(action: Param, place: Place): Looked
}

export function defineInteractive(kind: InteractiveKind): InteractiveKind {
  return kind
}
