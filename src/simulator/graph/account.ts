import type { Account } from '../state.ts'
import type { GraphCall } from './call.ts'
import { selectFields } from './fields.ts'

/** GET /{waba_id} */
export function readAccount(call: GraphCall, { account }: { account: Account }): unknown {
  return selectFields(accountNode(account), call.query.get('fields'))
}

function accountNode(account: Account) {
  return {
    type: 'WhatsAppBusinessAccount',
    byDefault: ['id', 'name', 'currency', 'timezone_id', 'message_template_namespace'],
    fields: {
      id: () => account.id,
      name: () => account.name,
      currency: () => 'USD',
      country: () => 'US',
      timezone_id: () => '1',
      message_template_namespace: () => account.template_namespace,
      status: () => 'ACTIVE',
      account_review_status: () => 'APPROVED',
      business_verification_status: () => 'verified',
      ownership_type: () => 'SELF_OWNED',
      health_status: () => healthOf('WABA', account.id),
    },
  }
}

/** What `health_status` says of something in good health. */
export function healthOf(entity_type: string, id: string) {
  return { can_send_message: 'AVAILABLE', entities: [{ entity_type, id, can_send_message: 'AVAILABLE' }] }
}
