import { messagingError } from '../../graph-error.ts'
import { Param } from '../../param.ts'
import { type Account, numbersOf, type State } from '../../state.ts'
import { type GraphCall, parametersOf } from '../call.ts'
import { selectFields } from '../fields.ts'
import { healthOf, worstOf } from '../health.ts'
import { pageOf } from '../page.ts'
import { analyticsFields } from './analytics.ts'

const STATUS = {
  active: 'ACTIVE',
  maintenance: 'ACTIVE',
  payment_issue: 'ACTIVE',
  restricted: 'RESTRICTED',
  policy_blocked: 'RESTRICTED',
  locked: 'DISABLED',
} as const

/** GET /{waba_id} */
export function readAccount(call: GraphCall, { account }: { account: Account }): unknown {
  const { state } = call.simulation
  const asked = call.query.get('fields')
  const node = accountNode(state, account)
  const fields = { ...node.fields, ...analyticsFields(state, account, asked) }
  return selectFields({ ...node, fields }, asked)
}

/** POST /{waba_id} */
export function updateAccount(call: GraphCall, { account }: { account: Account }): unknown {
  const frame = new Param(parametersOf(call), '')
  const name = frame.at('name').optionalText({ max: 256 })
  const timezone_id = frame.at('timezone_id')
  if (name !== undefined) account.name = name
  if (timezone_id.given) account.timezone_id = String(timezone_id.value)
  // Meta rule: insights cannot be switched off again.
  const insights = frame.at('is_enabled_for_insights').optionalBoolean()
  if (insights === false && account.is_enabled_for_insights) throw messagingError(200006)
  if (insights) account.is_enabled_for_insights = true
  return { id: account.id }
}

/** GET /{business_id}/owned_whatsapp_business_accounts: those the token sees. */
export function listOwnedAccounts(call: GraphCall, { business_id }: { business_id: string }): unknown {
  const { state } = call.simulation
  const owned = [...state.accounts.values()].filter(
    (account) => account.business_id === business_id && call.token.account_ids.includes(account.id),
  )
  return pageOf(call, owned, (account) => selectFields(accountNode(state, account), call.query.get('fields')))
}

/** GET /{business_id}/client_whatsapp_business_accounts. Ours: every account belongs to its own business. */
export function listClientAccounts(call: GraphCall): unknown {
  return pageOf(call, [], () => undefined)
}

function accountNode(state: State, account: Account) {
  return {
    type: 'WhatsAppBusinessAccount',
    byDefault: ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'],
    fields: {
      id: () => account.id,
      name: () => account.name,
      currency: () => account.currency,
      country: () => 'US',
      timezone_id: () => account.timezone_id,
      message_template_namespace: () => account.template_namespace,
      status: () => STATUS[account.condition],
      account_review_status: () => 'APPROVED',
      business_verification_status: () => (account.verified ? 'verified' : 'not_verified'),
      ownership_type: () => 'SELF_OWNED',
      primary_business_location: () => 'US',
      primary_funding_id: () => undefined,
      owner_business_info: () => ({ id: account.business_id, name: account.name }),
      on_behalf_of_business_info: () => undefined,
      is_enabled_for_insights: () => account.is_enabled_for_insights,
      marketing_messages_onboarding_status: () => 'ELIGIBLE',
      health_status: () => accountHealth(state, account),
    },
  }
}

function accountHealth(state: State, account: Account) {
  return worstOf([
    healthOf('WABA', account.id, account.condition === 'locked' ? 'BLOCKED' : 'AVAILABLE'),
    healthOf('BUSINESS', account.business_id, account.condition === 'restricted' ? 'LIMITED' : 'AVAILABLE'),
    ...account.subscribed_apps.map(({ app_id }) => healthOf('APP', app_id, 'AVAILABLE')),
    ...numbersOf(state, account).map(({ id, status }) =>
      healthOf('PHONE_NUMBER', id, status === 'CONNECTED' ? 'AVAILABLE' : 'BLOCKED'),
    ),
  ])
}
