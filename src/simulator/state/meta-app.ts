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
