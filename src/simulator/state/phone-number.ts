import type { Override } from './account.ts'

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
  /** While its throughput is being raised it takes nothing. */
  upgrading?: boolean
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
