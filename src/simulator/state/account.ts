import type { Catalog } from '../world.ts'

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
