import { countryOf, diallingCodeOf } from '../../country.ts'
import { badParam } from '../../graph-error.ts'
import { Param } from '../../param.ts'
import type { Simulation } from '../../simulation.ts'
import { type Account, accountOfNumber, known, numbersOf, type PhoneNumber } from '../../state.ts'
import { checkOverride } from '../account/subscribed-apps.ts'
import { type GraphCall, parametersOf } from '../call.ts'
import { selectFields } from '../fields.ts'
import { graphTime } from '../graph-time.ts'
import { healthOf, worstOf } from '../health.ts'
import { pageOf } from '../page.ts'
import { checkDisplayName, checkPin, requestName } from './registration.ts'

/** GET /{phone_number_id} */
export function readPhoneNumber(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return selectFields(numberNode(call.simulation, number), call.query.get('fields'))
}

/** GET /{waba_id}/phone_numbers */
export function listPhoneNumbers(call: GraphCall, { account }: { account: Account }): unknown {
  const { simulation, query } = call
  const fields = query.get('fields')
  const sorted = numbersOf(simulation.state, account).sort((a, b) => a.created_at - b.created_at)
  if (query.get('sort')?.includes('creation_time_descending')) sorted.reverse()
  return pageOf(call, sorted.filter(wanted(simulation, query.get('filtering'))), (number) =>
    selectFields(numberNode(simulation, number), fields),
  )
}

/** `[{"field":"account_mode","operator":"EQUAL","value":"SANDBOX"}]` */
function wanted(simulation: Simulation, filtering: string | null): (number: PhoneNumber) => boolean {
  if (filtering === null || filtering === '') return () => true
  let filters: unknown
  try {
    filters = JSON.parse(filtering)
  } catch {
    throw badParam('Param filtering must be an array of filters.')
  }
  if (!Array.isArray(filters)) throw badParam('Param filtering must be an array of filters.')
  return (number) =>
    filters.every(({ field, value }) => {
      const { fields } = numberNode(simulation, number)
      const read = Object.hasOwn(fields, String(field)) ? fields[String(field)] : undefined
      if (!read) throw badParam(`Param filtering knows no field ${String(field)}.`)
      return String(read()) === String(value)
    })
}

/** POST /{phone_number_id}: the two-step PIN, another display name, or a callback of its own. */
export async function updatePhoneNumber(call: GraphCall, { number }: { number: PhoneNumber }): Promise<unknown> {
  const frame = new Param(parametersOf(call), '')
  const [pin, name, webhook] = [frame.at('pin'), frame.at('new_display_name'), frame.at('webhook_configuration')]
  if (!pin.given && !name.given && !webhook.given) throw badParam('The parameter pin is required.')
  if (pin.given) number.pin = checkPin(pin)
  if (name.given) requestName(call.simulation, number, checkDisplayName(name))
  if (webhook.given) await setWebhook(call, number, webhook)
  return { success: true }
}

async function setWebhook(call: GraphCall, number: PhoneNumber, webhook: Param): Promise<void> {
  webhook.object(['override_callback_uri', 'verify_token'], 100)
  // Meta rule: an empty text clears it.
  if (webhook.at('override_callback_uri').value === '') delete number.webhook
  else number.webhook = { ...(await checkOverride(call.simulation, webhook)), app_id: call.token.app_id }
}

function numberNode(simulation: Simulation, number: PhoneNumber) {
  const { state } = simulation
  const account = accountOfNumber(state, number)
  const fields: Record<string, () => unknown> = {
    id: () => number.id,
    display_phone_number: () => number.display_phone_number,
    verified_name: () => number.verified_name,
    quality_rating: () => number.quality,
    quality_score: () => ({ score: number.quality }),
    code_verification_status: () => number.code_verification_status,
    platform_type: () => (number.onboarded_at === undefined ? 'NOT_APPLICABLE' : 'CLOUD_API'),
    throughput: () => ({ level: number.onboarded_at === undefined ? 'NOT_APPLICABLE' : number.throughput }),
    name_status: () => number.name_status,
    new_name_status: () => 'NONE',
    status: () => number.status,
    account_mode: () => (account.test ? 'SANDBOX' : 'LIVE'),
    is_official_business_account: () => false,
    is_pin_enabled: () => number.pin !== undefined,
    is_on_biz_app: () => number.coexistence,
    host_platform: () => 'CLOUD_API',
    country_code: () => countryOf(number.digits),
    country_dial_code: () => diallingCodeOf(number.digits),
    last_onboarded_time: () => (number.onboarded_at === undefined ? undefined : graphTime(number.onboarded_at)),
    whatsapp_business_manager_messaging_limit: () => account.tier,
    messaging_limit_tier: () => account.tier,
    webhook_configuration: () => webhooksOf(simulation, number),
    conversational_automation: () => ({ ...number.conversational_automation, id: number.id }),
    search_visibility: () => 'NON_VISIBLE',
    username: () => undefined,
    eligibility_for_api_business_global_search: () => 'NON_ELIGIBLE_UNDEFINED_COUNTRY',
    health_status: () => {
      const health = number.status === 'CONNECTED' ? 'AVAILABLE' : 'BLOCKED'
      return worstOf([healthOf('PHONE_NUMBER', number.id, health), healthOf('WABA', account.id, 'AVAILABLE')])
    },
  }
  return { type: 'WhatsAppBusinessPhoneNumber', byDefault: DEFAULT_FIELDS, fields }
}

const DEFAULT_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'webhook_configuration',
  'id',
]

/** The callbacks by whom they were set; of the first app that is subscribed. */
function webhooksOf({ state }: Simulation, number: PhoneNumber): Record<string, string> | undefined {
  const [subscription] = accountOfNumber(state, number).subscribed_apps
  const application = subscription && known(state.apps, subscription.app_id).callback_url
  const configuration = {
    ...(number.webhook ? { phone_number: number.webhook.override_callback_uri } : {}),
    ...(subscription?.override ? { whatsapp_business_account: subscription.override.override_callback_uri } : {}),
    ...(application === undefined ? {} : { application }),
  }
  return Object.keys(configuration).length > 0 ? configuration : undefined
}
