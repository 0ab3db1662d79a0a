import type { Catalog } from './world.ts'

export type Account = {
  id: string
  name: string
  access_token: string
  template_namespace: string
  phone_numbers: PhoneNumber[]
  /** By id, in the order of creation. */
  templates: Map<string, Template>
  /** Names that cannot be used again yet; times in microseconds. */
  deleted_templates: { name: string; language: string; blocked_until: number }[]
  catalog: Catalog | undefined
}

export type PhoneNumber = {
  id: string
  display_phone_number: string
  /** `display_phone_number` without its formatting, as webhooks carry it. */
  digits: string
  verified_name: string
  account: Account
}

export type Template = {
  id: string
  account: Account
  name: string
  language: string
  category: string
  parameter_format: 'POSITIONAL' | 'NAMED'
  components: Record<string, unknown>[]
  status: string
  rejected_reason: string
  /** Microseconds. */
  updated_at: number
  message_send_ttl_seconds?: number
}

export type Media = {
  id: string
  number: PhoneNumber
  mime_type: string
  size: number
  /** Raw SHA-256. Meta writes it in hex at GET /{media_id} and in base64 in webhooks. */
  sha256: Buffer
  file: string
  filename: string | undefined
  /** Microseconds after which the id names nothing. */
  expires_at: number
}

export type Customer = {
  wa_id: string
  name: string
  /** Came with the world, and so is never forgotten. */
  seeded: boolean
  /** By wamid, in the order they came to the phone. */
  messages: Map<string, Message>
  /** Per phone_number_id: microseconds until which the customer service window is open. */
  windows: Map<string, number>
  /** Per phone_number_id: microseconds until which "typing…" shows. */
  typing: Map<string, number>
}

export type MessageStatus = 'accepted' | 'sent' | 'delivered' | 'read' | 'failed'

export type Message = {
  id: string
  /** Seen from the customer: received from the business, or written to it. */
  direction: 'received' | 'written'
  number: PhoneNumber
  customer: Customer
  type: string
  /** The payload as it was sent. */
  content: unknown
  /** The files in it. */
  media: Media[]
  /** Microseconds: when the business sent it, or the customer wrote it. */
  at: number
  status: MessageStatus
  context?: Record<string, unknown>
  biz_opaque_callback_data?: string
  pricing?: Record<string, unknown>
  /** A template as the phone shows it. */
  rendered?: RenderedTemplate
  errors?: Record<string, unknown>[]
  /** Nothing more will happen to it, so it may leave when room is needed. */
  finished: boolean
}

export type RenderedTemplate = {
  header?: { format: string; text?: string }
  body: string
  footer?: string
  buttons?: Record<string, unknown>[]
  cards?: RenderedTemplate[]
}

/** What an id on the Graph surface can name. */
export type GraphObject =
  | { kind: 'account'; account: Account }
  | { kind: 'number'; number: PhoneNumber }
  | { kind: 'template'; template: Template }
  | { kind: 'media'; media: Media }

export type State = {
  app: { id: string; secret: string; name: string; callback_url: string | undefined; verify_token: string | undefined }
  accounts: Account[]
  objects: Map<string, GraphObject>
  customers: Map<string, Customer>
  /** Every message kept, oldest first. */
  messages: Map<string, Message>
}

/** The account an object belongs to; tokens see accounts. */
export function accountOf(object: GraphObject): Account {
  if (object.kind === 'account') return object.account
  if (object.kind === 'number') return object.number.account
  if (object.kind === 'template') return object.template.account
  return object.media.number.account
}

/** The customer with this number; whoever is written to and not known yet becomes a WhatsApp user. */
export function customerOf(state: State, wa_id: string): Customer {
  const known = state.customers.get(wa_id)
  if (known) return known
  const customer = newCustomer(wa_id, `Customer ${wa_id.slice(-4)}`, false)
  state.customers.set(wa_id, customer)
  return customer
}

export function newCustomer(wa_id: string, name: string, seeded: boolean): Customer {
  return { wa_id, name, seeded, messages: new Map(), windows: new Map(), typing: new Map() }
}

/** Adds a message; above `limit` the oldest finished ones leave, with customers who have nothing left to remember. */
export function keepMessage(state: State, message: Message, limit: number, now: number): void {
  state.messages.set(message.id, message)
  let looked = 0
  for (const old of state.messages.values()) {
    // Unfinished ones are few and young; looking past some of them keeps a send from ever walking the whole list.
    if (state.messages.size <= limit || looked++ > 1000) return
    if (!old.finished) continue
    state.messages.delete(old.id)
    old.customer.messages.delete(old.id)
    forgetIfIdle(state, old.customer, now)
  }
}

function forgetIfIdle(state: State, customer: Customer, now: number): void {
  const open = [...customer.windows.values()].some((until) => until > now)
  if (!customer.seeded && !open && customer.messages.size === 0) state.customers.delete(customer.wa_id)
}
