import { DAY } from '../../../lib/clock.ts'
import { badParam, messagingError } from '../../graph-error.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import { countIn } from '../../rates/buckets.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const DAY_MS = DAY / 1000

/**
 * POST /{phone_number_id}/smb_app_data: asks for the contacts or the history of the WhatsApp Business app. Ours: they are
 * asked for, and none come by themselves.
 */
export function syncBusinessApp(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { state, ids, now } = call.simulation
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  if (!frame.at('sync_type').given) throw frame.at('sync_type').missing(100)
  const type = frame.at('sync_type').oneOf(['smb_app_state_sync', 'history'])
  if (!number.coexistence) throw badParam('The number is not used by the WhatsApp Business app.')
  // Meta rule: once each, within a day of the onboarding.
  if (now() >= (number.onboarded_at ?? 0) + DAY) throw messagingError(2593108)
  if (countIn(state, `sync ${type} ${number.id}`, DAY_MS, now()) > 1) throw messagingError(2593107)
  return { messaging_product: 'whatsapp', request_id: ids.opaque(32) }
}

/** GET /{phone_number_id}/official_business_account. Ours: nobody has applied for the badge. */
export function readOfficialAccount(_call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return { oba_status: 'NOT_STARTED', id: number.id }
}
