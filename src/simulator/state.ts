import type { Catalog } from './world.ts'

/**
 * Everything the simulated Meta knows. Plain data that refers by id, so that it can be written out and read in again as it
 * is; times are microseconds since 1970.
 */
export type State = {
  apps: Map<string, App>
  /** By the token itself. */
  tokens: Map<string, Token>
  accounts: Map<string, Account>
  numbers: Map<string, PhoneNumber>
  /** In the order of creation. */
  templates: Map<string, Template>
  media: Map<string, Media>
  uploads: Map<string, Upload>
  flows: Map<string, Flow>
  groups: Map<string, Group>
  /** By wa_id. */
  customers: Map<string, Customer>
  /** Every message kept, oldest first. */
  messages: Map<string, Message>
  rules: Rule[]
  /** What was used up of every rate, by its name. */
  buckets: Map<string, Bucket>
  /** Per business: who was reached outside the service window, and when last; longest ago first. */
  reached: Map<string, Map<string, number>>
  /** Every webhook kept, oldest first. */
  webhooks: Map<number, Webhook>
}

export type App = {
  id: string
  name: string
  /** Signs the app's webhooks. */
  secret: string
  callback_url?: string
  verify_token?: string
  /** The webhook fields it takes; null for all. */
  fields: string[] | null
}

export const SCOPES = ['whatsapp_business_management', 'whatsapp_business_messaging', 'business_management'] as const

export type Token = {
  token: string
  app_id: string
  /** The accounts it sees. */
  account_ids: string[]
  scopes: string[]
  issued_at: number
  expires_at?: number
  invalidated?: boolean
}

export type Override = { override_callback_uri: string; verify_token: string }

export type Account = {
  id: string
  name: string
  business_id: string
  currency: string
  timezone_id: string
  template_namespace: string
  verified: boolean
  /** What it may do. `maintenance`: for a minute or so nothing. */
  condition: 'active' | 'locked' | 'restricted' | 'policy_blocked' | 'payment_issue' | 'maintenance'
  /** Unique customers it may reach in 24 hours outside the service window. */
  tier: Tier
  /** A test account: its numbers write only to `allowed_recipients`. */
  test: boolean
  allowed_recipients: string[]
  /** Countries it may not write to, as two letters. */
  restricted_countries: string[]
  is_enabled_for_insights: boolean
  subscribed_apps: { app_id: string; override?: Override }[]
  /** Names that cannot be used again yet. */
  deleted_templates: { name: string; language: string; blocked_until: number }[]
  catalog?: Catalog
  /** Who was given the account beside the app's system user, and may do what. */
  assigned_users?: { id: string; tasks: string[] }[]
}

export const TIERS = { TIER_250: 250, TIER_2K: 2000, TIER_10K: 10_000, TIER_100K: 100_000, TIER_UNLIMITED: Infinity }
export type Tier = keyof typeof TIERS

export type NumberStatus = 'CONNECTED' | 'PENDING' | 'DISCONNECTED' | 'FLAGGED' | 'RESTRICTED' | 'BANNED'
export type Quality = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'

export type PhoneNumber = {
  id: string
  account_id: string
  display_phone_number: string
  /** `display_phone_number` without its formatting, as webhooks carry it. */
  digits: string
  verified_name: string
  name_status: string
  status: NumberStatus
  code_verification_status: 'VERIFIED' | 'NOT_VERIFIED' | 'EXPIRED'
  /** What request_code sent last. */
  code?: string
  quality: Quality
  throughput: 'STANDARD' | 'HIGH'
  /** Shared with the WhatsApp Business app. */
  coexistence: boolean
  pin?: string
  wrong_pins: number
  /** Until when no PIN is taken, after too many wrong ones. */
  pins_refused_until?: number
  created_at: number
  onboarded_at?: number
  webhook?: Override & { app_id: string }
  profile: Record<string, unknown>
  commerce: { is_cart_enabled: boolean; is_catalog_visible: boolean }
  conversational_automation: Record<string, unknown>
  /** Of /{id}/settings. */
  settings: Record<string, unknown>
  business_public_key?: string
  /** By code. */
  qr_codes: Map<string, QrCode>
  /** The wa_ids this number has blocked. */
  blocked: string[]
}

export type QrCode = { code: string; prefilled_message: string }

export type TemplateStatus =
  | 'APPROVED'
  | 'PENDING'
  | 'REJECTED'
  | 'PAUSED'
  | 'DISABLED'
  | 'PENDING_DELETION'
  | 'ARCHIVED'

export type Template = {
  id: string
  account_id: string
  name: string
  language: string
  category: string
  previous_category?: string
  correct_category?: string
  parameter_format: 'POSITIONAL' | 'NAMED'
  components: Record<string, unknown>[]
  status: TemplateStatus
  rejected_reason: string
  quality: Quality
  /** How often it was paused. */
  pauses: number
  /** Its sends are held for a first look. */
  paced: boolean
  updated_at: number
  /** When it was edited since it was approved. */
  edits: number[]
  message_send_ttl_seconds?: number
}

export type Media = {
  id: string
  phone_number_id: string
  mime_type: string
  size: number
  /** In hex, as GET /{media_id} has it; webhooks write it in base64. */
  sha256: string
  /** Its place on disk. */
  file: string
  filename?: string
  /** When the id stops naming anything. */
  expires_at: number
}

export type MediaCopy = Pick<Media, 'id' | 'mime_type' | 'size' | 'sha256' | 'filename'>

/** A resumable upload; `handle` once it is whole. */
export type Upload = {
  id: string
  app_id: string
  file_name?: string
  file_type: string
  file_length: number
  received: number
  handle?: string
}

export type Flow = {
  id: string
  account_id: string
  name: string
  categories: string[]
  status: 'DRAFT' | 'PUBLISHED' | 'DEPRECATED' | 'THROTTLED' | 'BLOCKED'
  endpoint_uri?: string
  application_id?: string
  flow_json?: string
  validation_errors: Record<string, unknown>[]
  updated_at: number
}

export type Group = {
  id: string
  phone_number_id: string
  subject: string
  description?: string
  join_approval_mode: string
  invite_code: string
  participants: string[]
  created_at: number
}

export type Customer = {
  wa_id: string
  /** The business-scoped user id. */
  user_id: string
  name: string
  username?: string
  /** Came with the world or the control API, and so is never forgotten. */
  kept: boolean
  /** Whether there is WhatsApp at this number at all. */
  on_whatsapp: boolean
  online: boolean
  /** Opens what arrives, after the time set for it. */
  opens: boolean
  /** Lets others see that it read. */
  read_receipts: boolean
  /** Shows its number to businesses; without it they see the `user_id` only. */
  shows_number: boolean
  /** Takes part in Meta's experiment, so that marketing does not reach it. */
  in_experiment: boolean
  identity_hash: string
  /** The phone_number_ids it has blocked. */
  blocked: string[]
  /** The phone_number_ids whose marketing it has stopped. */
  opted_out: string[]
  /** The wamids on its phone, in the order they came. */
  thread: Set<string>
  /** Per phone_number_id: until when the customer service window is open. */
  windows: Map<string, number>
  /** Per phone_number_id: when an ad brought it here; the answer to it opens the free entry point. */
  ad_clicks: Map<string, number>
  /** Per phone_number_id: the open free entry point. */
  free_entry_points: Map<string, { conversation_id: string; until: number }>
  /** Per phone_number_id: until when "typing…" shows. */
  typing: Map<string, number>
}

export type MessageStatus = 'accepted' | 'held' | 'sent' | 'delivered' | 'read' | 'played' | 'failed'

export type Message = {
  id: string
  /** Seen from the customer: received from the business, or written to it. */
  direction: 'received' | 'written'
  phone_number_id: string
  wa_id: string
  type: string
  /** The payload as it was sent. */
  content: unknown
  /** The files in it. */
  media: MediaCopy[]
  /** When the business sent it, or the customer wrote it. */
  at: number
  status: MessageStatus
  /** When it stops being tried. */
  expires_at?: number
  /** On the phone, though it may have failed as well. */
  shown?: boolean
  context?: Record<string, unknown>
  group_id?: string
  /** Sent to a user id rather than to a number. */
  by_user_id?: boolean
  biz_opaque_callback_data?: string
  identity_hash?: string
  template_id?: string
  category?: string
  /** Of the marketing messages endpoint. */
  marketing_lite?: boolean
  /** Links Meta fetches after its answer. */
  links?: { link: string; kind: string }[]
  pricing?: Record<string, unknown>
  conversation?: Record<string, unknown>
  /** A template as the phone shows it. */
  rendered?: RenderedTemplate
  errors?: Record<string, unknown>[]
  reactions?: Record<string, string>
  edits?: { at: number; content: unknown }[]
  revoked?: boolean
  /** What a rule wants of its statuses. */
  quirks?: Quirk[]
  /** Nothing more will happen to it, so it may leave when room is needed. */
  finished: boolean
}

/** What can be odd about the statuses of a message. */
export type Quirk =
  | { kind: 'fail'; code: number; details?: string | undefined; after?: 'sent' | 'delivered' | undefined }
  | { kind: 'skip'; status: string }
  | { kind: 'swap' }
  | { kind: 'repeat'; times: number }
  | { kind: 'late'; ms: number }
  | { kind: 'offline' }
  | { kind: 'unknown_status'; status: string }
  | { kind: 'price_on_read' }
  | { kind: 'early_timestamps'; seconds: number }

export type RenderedTemplate = {
  header?: { format: string; text?: string }
  body: string
  footer?: string
  buttons?: Record<string, unknown>[]
  cards?: RenderedTemplate[]
}

/** Something that goes wrong on purpose, and when. */
export type Rule = {
  id: number
  effect: string
  /** What the effect takes. */
  with: Record<string, unknown>
  match: {
    to?: string | undefined
    phone_number_id?: string | undefined
    method?: string | undefined
    path?: string | undefined
    type?: string | undefined
    field?: string | undefined
  }
  /** How often it applies at the most. */
  times?: number
  /** Applies to every nth of what matches. */
  every?: number
  /** Applies with this probability, by the seed. */
  chance?: number
  matched: number
  applied: number
}

/** What is left of a rate, and when it was counted last. */
export type Bucket = { level: number; at: number }

/** One POST to the callbacks of the apps that listen. */
export type Webhook = {
  id: number
  account_id: string
  phone_number_id?: string
  field: string
  /** One line: what happened to which message or template. */
  summary: string
  /** Exactly what is posted and signed; ASCII. */
  body: string
  created_at: number
  /** The apps it is for. */
  app_ids: string[]
  attempts: { at: number; app_id: string; answered?: number; error?: string }[]
  status: 'pending' | 'delivered' | 'given_up' | 'not_sent'
  /** Signed with another secret. */
  badly_signed?: boolean
}

/** What an id on the Graph surface can name. */
export type GraphObject =
  | { kind: 'app'; app: App }
  | { kind: 'account'; account: Account }
  | { kind: 'business'; business_id: string; account: Account }
  | { kind: 'number'; number: PhoneNumber }
  | { kind: 'template'; template: Template }
  | { kind: 'media'; media: Media }
  | { kind: 'flow'; flow: Flow }
  | { kind: 'upload'; upload: Upload }
  | { kind: 'group'; group: Group }

/** What has this id; ids name one thing over all kinds. */
export function objectOf(state: State, id: string): GraphObject | undefined {
  const number = state.numbers.get(id)
  if (number) return { kind: 'number', number }
  const media = state.media.get(id)
  if (media) return { kind: 'media', media }
  const template = state.templates.get(id)
  if (template) return { kind: 'template', template }
  const account = state.accounts.get(id)
  if (account) return { kind: 'account', account }
  const flow = state.flows.get(id)
  if (flow) return { kind: 'flow', flow }
  const app = state.apps.get(id)
  if (app) return { kind: 'app', app }
  const upload = state.uploads.get(id)
  if (upload) return { kind: 'upload', upload }
  const group = state.groups.get(id)
  if (group) return { kind: 'group', group }
  for (const owned of state.accounts.values()) {
    if (owned.business_id === id) return { kind: 'business', business_id: id, account: owned }
  }
  return undefined
}

/** Whether a token sees this; tokens see accounts and their app. */
export function isSeen(state: State, token: Token, object: GraphObject): boolean {
  if (object.kind === 'app') return object.app.id === token.app_id
  if (object.kind === 'upload') return object.upload.app_id === token.app_id
  return token.account_ids.includes(accountOf(state, object).id)
}

function accountOf(state: State, object: Exclude<GraphObject, { kind: 'app' | 'upload' }>): Account {
  if (object.kind === 'account' || object.kind === 'business') return object.account
  if (object.kind === 'template') return known(state.accounts, object.template.account_id)
  if (object.kind === 'flow') return known(state.accounts, object.flow.account_id)
  const number_id =
    object.kind === 'number'
      ? object.number.id
      : object.kind === 'media'
        ? object.media.phone_number_id
        : object.group.phone_number_id
  return accountOfNumber(state, numberOf(state, number_id))
}

export function accountOfNumber(state: State, number: PhoneNumber): Account {
  return known(state.accounts, number.account_id)
}

/** The number with an id that another part of the state holds. */
export function numberOf(state: State, id: string): PhoneNumber {
  return known(state.numbers, id)
}

/** What an id of the state's own must name. Throws when it does not: a mistake of the simulator. */
export function known<T>(things: Map<string, T>, id: string): T {
  const thing = things.get(id)
  if (thing === undefined) throw new Error(`Nothing has the id ${id}.`)
  return thing
}

export function templatesOf(state: State, account: Account): Template[] {
  return [...state.templates.values()].filter((template) => template.account_id === account.id)
}

export function numbersOf(state: State, account: Account): PhoneNumber[] {
  return [...state.numbers.values()].filter((number) => number.account_id === account.id)
}
