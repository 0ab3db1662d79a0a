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
