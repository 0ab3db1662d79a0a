import { codePoints, type Param } from '../param.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../state.ts'
import { badParam } from './error.ts'

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
    time: Math.floor(simulation.now() / 1_000_000),
    value: {
      display_phone_number: number.digits,
      decision: declined ? 'REJECTED' : 'APPROVED',
      requested_verified_name: name,
      rejection_reason: declined ? 'NAME_EMPLOYEE_ISSUE' : null,
    },
    summary: `the display name ${name} is ${number.name_status}`,
  })
}
