import type { Quality } from './phone-number.ts'

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
