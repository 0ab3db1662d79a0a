import { badParam, messagingError } from '../../graph-error.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import { isRecord, type Param } from '../../param.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const ACTIONS = ['connect', 'pre_accept', 'accept', 'reject', 'terminate'] as const
const WITH_SESSION = ['connect', 'pre_accept', 'accept']
const OPAQUE_LIMIT = 512

/** POST /{phone_number_id}/calls. Ours: well-formed calls are taken, and nobody picks up. */
export function actOnCall(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  if (!frame.at('action').given) throw frame.at('action').missing(100)
  const action = frame.at('action').oneOf(ACTIONS)
  if (isSwitchedOff(number)) throw messagingError(138000, 'Calling is switched off in the settings of the number.')
  if (WITH_SESSION.includes(action)) checkSession(frame.at('session'), action === 'connect' ? 'offer' : 'answer')
  frame.at('biz_opaque_callback_data').optionalText({ max: OPAQUE_LIMIT })
  if (action !== 'connect') {
    frame.at('call_id').text({ missing: 100 })
    return { messaging_product: 'whatsapp', success: true }
  }
  const wa_id = userOf(frame.at('to'))
  const id = call.simulation.ids.wamid('to_customer', wa_id).replace('wamid', 'wacid')
  return { messaging_product: 'whatsapp', calls: [{ id }] }
}

/** GET /{phone_number_id}/call_permissions?user_wa_id=. Ours: nobody has given a permission yet. */
export function readCallPermissions(call: GraphCall): unknown {
  userOf(frameOf(call).at('user_wa_id'))
  const limits = [
    { time_period: 'PT24H', max_allowed: 1, current_usage: 0 },
    { time_period: 'P7D', max_allowed: 2, current_usage: 0 },
  ]
  return {
    messaging_product: 'whatsapp',
    permission: { status: 'no_permission' },
    actions: [
      { action_name: 'send_call_permission_request', can_perform_action: true, limits },
      { action_name: 'start_call', can_perform_action: false },
    ],
  }
}

function isSwitchedOff({ settings }: PhoneNumber): boolean {
  return isRecord(settings.calling) && settings.calling.status === 'DISABLED'
}

function checkSession(session: Param, type: 'offer' | 'answer'): void {
  session.object(['sdp_type', 'sdp'], 100)
  if (!session.at('sdp_type').given) throw session.at('sdp_type').missing(100)
  session.at('sdp_type').oneOf([type])
  session.at('sdp').text({ missing: 100 })
}

function userOf(user: Param): string {
  if (!user.given) throw user.missing(100)
  const digits = String(user.value).replace(/[\s()+-]/g, '')
  if (!/^\d{5,20}$/.test(digits)) throw badParam(`Param ${user.path} must be a phone number.`)
  return digits
}
