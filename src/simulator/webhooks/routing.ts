import type { Account, App, PhoneNumber, State, Webhook } from '../state.ts'

/** Meta rule: overrides of the callback concern these fields only. */
const OVERRIDDEN = new Set([
  'messages',
  'calls',
  'message_echoes',
  'smb_message_echoes',
  'history',
  'smb_app_state_sync',
  'user_preferences',
])

/** Meta rule: the apps that hear of a change: subscribed to the account, with the field, and with somewhere to send it. */
export function listenersOf(state: State, account: Account, field: string): string[] {
  return account.subscribed_apps
    .filter(({ app_id, override }) => {
      const app = state.apps.get(app_id)
      const reachable = app?.callback_url !== undefined || override !== undefined || hasOverride(state, account, app_id)
      return app !== undefined && reachable && (app.fields === null || app.fields.includes(field))
    })
    .map(({ app_id }) => app_id)
}

function hasOverride(state: State, account: Account, app_id: string): boolean {
  for (const number of state.numbers.values()) {
    if (number.account_id === account.id && number.webhook?.app_id === app_id) return true
  }
  return false
}

/** Meta rule: the callback of the number, else of the account, else of the app. As it is now, not as it was. */
export function callbackFor(state: State, webhook: Webhook, app: App): string | undefined {
  if (!OVERRIDDEN.has(webhook.field)) return app.callback_url
  const number: PhoneNumber | undefined = state.numbers.get(webhook.phone_number_id ?? '')
  if (number?.webhook?.app_id === app.id) return number.webhook.override_callback_uri
  const subscription = state.accounts.get(webhook.account_id)?.subscribed_apps.find(({ app_id }) => app_id === app.id)
  return subscription?.override?.override_callback_uri ?? app.callback_url
}
