/**
 * The rows as they are stored. `id` is a row key (microseconds, in time order), `uuid` the public id of the same row,
 * other `…_at` columns are microseconds since 1970 UTC, flags are 0 or 1, and JSON is text. Meta's ids are text.
 */
export type Tables = {
  projects: ProjectRow
  data_keys: DataKeyRow
  api_keys: ApiKeyRow
  meta_apps: MetaAppRow
  phone_numbers: PhoneNumberRow
  contacts: ContactRow
  conversations: ConversationRow
  customer_service_windows: CustomerServiceWindowRow
  sends: SendRow
  idempotency_keys: IdempotencyKeyRow
  processes: ProcessRow
  messages: MessageRow
  message_ids: MessageIdRow
  statuses: StatusRow
  parked_statuses: ParkedStatusRow
  media: MediaRow
  templates: TemplateRow
  graph_objects: GraphObjectRow
  raw_webhooks: RawWebhookRow
}

type Flag = 0 | 1

export type ProjectRow = { id: number; uuid: string; name: string; created_at: number }

/** The key that a project's secrets are sealed with, itself sealed with the master key that `master_key_id` names. */
export type DataKeyRow = { project_id: number; id: number; sealed: string; master_key_id: string; created_at: number }

export type ApiKeyRow = {
  id: number
  uuid: string
  /** Null for an admin key, which stands above projects. */
  project_id: number | null
  kind: 'project' | 'admin'
  name: string
  /** SHA-256 of the key in hex; the key itself is nowhere. */
  digest: string
  prefix: string
  last4: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
  revoked_at: number | null
}

export type MetaAppRow = {
  project_id: number
  id: number
  uuid: string
  /** The last part of the intake address, `/webhooks/meta/{slug}`. */
  slug: string
  app_secret: string
  verify_token: string
  created_at: number
  updated_at: number
}

export type PhoneNumberRow = {
  project_id: number
  id: number
  uuid: string
  phone_number_id: string
  business_account_id: string
  meta_app_id: number | null
  customer_id: string | null
  name: string
  kind: 'production' | 'sandbox'
  /** Its Meta is the simulator of this machine. */
  simulated: Flag
  access_token: string
  access_token_digest: string
  /** What Meta said of the number when it was last asked: display_phone_number, quality_rating and so on. JSON. */
  details: string
  is_coexistence: Flag
  inbound_processing_enabled: Flag
  calls_enabled: Flag
  /** Our send id goes up with every message, so that a status can tell what became of it. */
  trace_sends: Flag
  /** A send without a key that is identical to one still under way or in doubt is held back. */
  hold_twins: Flag
  webhook_verified_at: number | null
  /** From here on we know of every inbound message; before, a customer may have written without our knowing. */
  history_complete_since: number
  created_at: number
  updated_at: number
}

export type ContactRow = {
  project_id: number
  id: number
  uuid: string
  /** Null for people who hide their number; then `user_id` is set. */
  wa_id: string | null
  user_id: string | null
  profile_name: string | null
  created_at: number
  updated_at: number
}

export type ConversationRow = {
  project_id: number
  id: number
  uuid: string
  phone_number: number
  contact: number
  status: 'active' | 'ended'
  messages_count: number
  last_message: number
  last_active_at: number
  last_inbound_at: number | null
  last_outbound_at: number | null
  created_at: number
  updated_at: number
}

/** When a person last wrote to a number, by the message's own timestamp. */
export type CustomerServiceWindowRow = {
  project_id: number
  phone_number: number
  contact: number
  last_inbound_at: number
}

export type SendState = 'intent' | 'accepted' | 'rejected' | 'not_sent' | 'in_doubt' | 'unresolved'

/** One request to send: committed as `intent` before a byte goes up, settled when Meta has answered. */
export type SendRow = {
  project_id: number
  id: number
  uuid: string
  phone_number: number
  /** As the client wrote it, digits only where it is a phone number. Null when the client named nobody. */
  recipient: string | null
  type: string
  /** Of the path upstream: `/{version}/{phone_number_id}/{edge}`. */
  version: string
  edge: SendEdge
  state: SendState
  /** The client's bytes, untouched. */
  body: Uint8Array
  /** 52 bits of the hash of what is sent, however it is written: identical sends have the same. */
  fingerprint: number | null
  /** Whether our id went up with the message, so that a status can tell what became of it. */
  traceable: Flag
  /** The key under which the client may ask again, as in `idempotency_keys`. */
  idempotency_key: string | null
  http_status: number | null
  answer: Uint8Array | null
  wamid: string | null
  created_at: number
  settled_at: number | null
  /** Its client has had no last word yet: it is under way, in doubt, or was accepted while nobody could be told. */
  owed: Flag
  /** What ended a doubt: a status with our id, somebody's decision, or its deadline. */
  resolution: 'status' | 'resend' | 'abandon' | 'deadline' | null
  /** The send in doubt that this one repeats by somebody's decision. */
  resend_of: number | null
}

export type SendEdge = 'messages' | 'marketing_messages'

/**
 * A key that a client gave with a request, and what belongs to it: the request's send, or the answer to an upload.
 * With neither, whoever claimed it is still waiting to begin.
 */
export type IdempotencyKeyRow = {
  project_id: number
  /** Method, path without version, and the client's key. */
  key: string
  /** The row key under which it was claimed, so that only the claimant goes on with it. */
  claim: number
  /** SHA-256 of the request however it is written, hex. */
  fingerprint: string
  send: number | null
  http_status: number | null
  answer: Uint8Array | null
}

/** A process that shares the database (PostgreSQL): the row keys it gives leave `share` when divided by 32. */
export type ProcessRow = {
  share: number
  /** The row key before the first that it gave. */
  since: number
  /** By the database's clock. What it has begun and not ended is an orphan's afterwards. */
  alive_until: number
}

export type MessageStatus = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

export type MessageRow = {
  project_id: number
  /** Of an outbound message: the row key of its send, which holds the body. */
  id: number
  uuid: string
  phone_number: number
  conversation: number
  contact: number
  wamid: string
  direction: 'inbound' | 'outbound'
  type: string
  status: MessageStatus
  /** Unix seconds, as Meta tells time. */
  timestamp: number
  /** Of an inbound message: Meta's message object. JSON. */
  payload: string | null
  created_at: number
}

/** Makes a wamid unique within a number. `hash` is 52 bits of it; the text itself is in the message. */
export type MessageIdRow = { project_id: number; phone_number: number; hash: number; message: number }

export type StatusRow = {
  project_id: number
  message: number
  status: string
  timestamp: number
  /** The group member that a status of a group message speaks of; empty otherwise. */
  participant: string
  payload: string
  received_at: number
}

/** A status whose message is not known yet: it overtook the answer to its send. */
export type ParkedStatusRow = {
  project_id: number
  phone_number: number
  hash: number
  wamid: string
  status: string
  timestamp: number
  participant: string
  payload: string
  received_at: number
}

export type MediaRow = {
  project_id: number
  id: number
  media_id: string
  phone_number: number
  direction: 'uploaded' | 'received'
  mime_type: string | null
  sha256: string | null
  byte_size: number | null
  filename: string | null
  created_at: number
  expires_at: number
  deleted_at: number | null
}

export type TemplateRow = {
  project_id: number
  id: number
  business_account_id: string
  template_id: string
  name: string
  language: string
  category: string | null
  status: string | null
  payload: string
  created_at: number
  updated_at: number
}

/** A flow or a group whose id has been seen. */
export type GraphObjectRow = {
  project_id: number
  id: number
  object_id: string
  kind: 'flow' | 'group'
  business_account_id: string
  /** Of a group: the number it is reached through. */
  phone_number: number | null
  created_at: number
}

export type RawWebhookRow = {
  project_id: number
  id: number
  meta_app: number
  body: Uint8Array
  /** `stored` until understood; `failed` when understanding it threw, with the reason in `error`. */
  state: 'stored' | 'processed' | 'failed'
  error: string | null
  processed_at: number | null
  created_at: number
}
