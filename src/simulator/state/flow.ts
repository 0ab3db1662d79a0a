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
