import type { Account, PhoneNumber } from '../state.ts'
import { healthOf } from './account.ts'
import type { GraphCall } from './call.ts'
import { selectFields } from './fields.ts'
import { pageOf } from './page.ts'

/** GET /{phone_number_id} */
export function readPhoneNumber(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return selectFields(numberNode(call, number), call.query.get('fields'))
}

/** GET /{waba_id}/phone_numbers */
export function listPhoneNumbers(call: GraphCall, { account }: { account: Account }): unknown {
  const fields = call.query.get('fields')
  return pageOf(call, account.phone_numbers, (number) => selectFields(numberNode(call, number), fields))
}

function numberNode(call: GraphCall, number: PhoneNumber) {
  const { app } = call.simulation.state
  return {
    type: 'WhatsAppBusinessPhoneNumber',
    byDefault: [
      'verified_name',
      'code_verification_status',
      'display_phone_number',
      'quality_rating',
      'platform_type',
      'throughput',
      'webhook_configuration',
      'id',
    ],
    fields: {
      id: () => number.id,
      display_phone_number: () => number.display_phone_number,
      verified_name: () => number.verified_name,
      quality_rating: () => 'GREEN',
      quality_score: () => ({ score: 'GREEN' }),
      code_verification_status: () => 'VERIFIED',
      platform_type: () => 'CLOUD_API',
      throughput: () => ({ level: 'STANDARD' }),
      name_status: () => 'APPROVED',
      new_name_status: () => 'NONE',
      status: () => 'CONNECTED',
      account_mode: () => 'LIVE',
      is_official_business_account: () => false,
      is_pin_enabled: () => false,
      is_on_biz_app: () => false,
      host_platform: () => 'CLOUD_API',
      whatsapp_business_manager_messaging_limit: () => 'TIER_2K',
      messaging_limit_tier: () => 'TIER_2K',
      webhook_configuration: () => (app.callback_url ? { application: app.callback_url } : undefined),
      health_status: () => healthOf('PHONE_NUMBER', number.id),
    },
  }
}
