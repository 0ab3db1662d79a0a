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
