import { MINUTE } from '../../../lib/clock.ts'
import { badParam, messagingError } from '../../graph-error.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import { codePoints, type Param } from '../../param.ts'
import { countIn, leftOf } from '../../rates/buckets.ts'
import { type Simulation, seconds } from '../../simulation.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const HOUR_MS = 3_600_000
const REGISTRATION_WINDOW_MS = 72 * HOUR_MS
const MOST_WRONG_PINS = 5
const PIN_WAIT = 60 * MINUTE
export const REGIONS = ['AE', 'AU', 'BH', 'BR', 'CA', 'CH', 'DE', 'GB', 'ID', 'IN', 'JP', 'KR', 'SG', 'ZA'] as const

/** POST /{phone_number_id}/register */
export function register(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { simulation } = call
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const pin = checkPin(frame.at('pin'))
  const region = frame.at('data_localization_region')
  if (region.given) region.oneOf(REGIONS)
  countRegistration(simulation, number)
  if (number.code_verification_status !== 'VERIFIED') throw messagingError(133006)
  comparePin(simulation, number, pin)
  number.pin = pin
  // A number that Meta has restricted stays so.
  if (number.status === 'PENDING' || number.status === 'DISCONNECTED') number.status = 'CONNECTED'
  number.onboarded_at = simulation.now()
  return { success: true }
}

/** POST /{phone_number_id}/deregister */
export function deregister({ simulation }: GraphCall, { number }: { number: PhoneNumber }): unknown {
  if (number.coexistence) throw badParam('A number that the WhatsApp Business app uses as well cannot be deregistered.')
  countRegistration(simulation, number)
  if (number.onboarded_at === undefined) throw messagingError(133010)
  number.status = 'DISCONNECTED'
  delete number.onboarded_at
  return { success: true }
}

/** Meta rule: register and deregister of a number share one budget. */
function countRegistration({ state, settings, now }: Simulation, number: PhoneNumber): void {
  const { registrations } = settings.limits
  const name = `registrations ${number.id}`
  const count = countIn(state, name, REGISTRATION_WINDOW_MS, now())
  if (registrations === null || count <= registrations) return
  const hours = Math.ceil(leftOf(state, name, REGISTRATION_WINDOW_MS, now()) / HOUR_MS)
  throw messagingError(133016, `More than ${registrations} requests in 72 hours. Try again in ${hours} hours.`)
}

/** Meta rule: a PIN set before is asked for again, and guesses are few. Ours: an hour's wait after five wrong ones. */
function comparePin({ now }: Simulation, number: PhoneNumber, pin: string): void {
  if (number.pins_refused_until !== undefined) {
    if (number.pins_refused_until > now()) {
      const minutes = Math.ceil((number.pins_refused_until - now()) / MINUTE)
      throw messagingError(133008, `Try again in ${minutes} minutes.`)
    }
    delete number.pins_refused_until
    number.wrong_pins = 0
  }
  if (number.pin === undefined || number.pin === pin) {
    number.wrong_pins = 0
    return
  }
  number.wrong_pins += 1
  if (number.wrong_pins >= MOST_WRONG_PINS) number.pins_refused_until = now() + PIN_WAIT
  throw messagingError(133005, 'The PIN is not the one that was set for two-step verification.')
}

/** Meta rule: two-step PINs are six digits. */
export function checkPin(pin: Param): string {
  if (!pin.given) throw pin.missing(100)
  const text = String(pin.value)
  if (!/^\d{6}$/.test(text)) throw badParam(`Param ${pin.path} must be 6 digits.`)
  return text
}

/** Meta rule: 2 to 75 characters. */
export function checkDisplayName(name: Param): string {
  const text = name.text({ max: 75, missing: 100 })
  if (codePoints(text) < 2) throw badParam(`Param ${name.path} must be at least 2 characters long.`)
  return text
}

/** Another display name goes to review. */
export function requestName(simulation: Simulation, number: PhoneNumber, name: string): void {
  number.name_status = 'PENDING_REVIEW'
  const { number_review } = simulation.settings.timings
  simulation.after(number_review, { do: 'decide name', phone_number_id: number.id, name })
}

/** The review of a display name ends. Ours: a name with "reject" in it is declined. */
export function decideName(simulation: Simulation, number: PhoneNumber, name: string): void {
  const declined = /reject/i.test(name)
  number.name_status = declined ? 'DECLINED' : 'APPROVED'
  if (!declined) number.verified_name = name
  simulation.changes.tell({
    account_id: number.account_id,
    phone_number_id: number.id,
    field: 'phone_number_name_update',
    time: seconds(simulation.now()),
    value: {
      display_phone_number: number.digits,
      decision: declined ? 'REJECTED' : 'APPROVED',
      requested_verified_name: name,
      rejection_reason: declined ? 'NAME_EMPLOYEE_ISSUE' : null,
    },
    summary: `the display name ${name} is ${number.name_status}`,
  })
}
