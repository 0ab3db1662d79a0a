import type { MediaKind } from '../media/kinds.ts'
import type { MediaCopy } from './media.ts'

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
  links?: { link: string; kind: MediaKind }[]
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
