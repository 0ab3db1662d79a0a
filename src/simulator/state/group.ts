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
