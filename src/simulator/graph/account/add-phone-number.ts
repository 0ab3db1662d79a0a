import { badParam } from '../../graph-error.ts'
import { newNumber } from '../../seed-state.ts'
import { type Account, numbersOf, type State } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { checkDisplayName, requestName } from '../number/registration.ts'

/** Meta rule: how many numbers an account can have, by whether its business is verified. */
const MOST_NUMBERS = { verified: 20, unverified: 2 }

/** POST /{waba_id}/phone_numbers: a number still to be verified and registered; its display name goes to review. */
export function addPhoneNumber(call: GraphCall, { account }: { account: Account }): unknown {
  const { simulation } = call
  const { state } = simulation
  const frame = frameOf(call)
  const cc = digitsOf(frame.at('cc').value, 1, 3)
  if (cc === undefined) throw badParam('Param cc must be a country calling code.')
  const local = digitsOf(frame.at('phone_number').value, 4, 14)
  if (local === undefined) throw badParam('Param phone_number must be a phone number.')
  const name = checkDisplayName(frame.at('verified_name'))
  const digits = local.startsWith(cc) && local.length > 10 ? local : `${cc}${local}`
  checkRoom(state, account, digits)
  const number = newNumber(
    {
      id: simulation.ids.object(),
      display_phone_number: displayOf(cc, digits.slice(cc.length)),
      verified_name: name,
    },
    account.id,
    simulation.now(),
  )
  state.numbers.set(number.id, number)
  requestName(simulation, number, name)
  return { id: number.id }
}

function checkRoom(state: State, account: Account, digits: string): void {
  const most = account.verified ? MOST_NUMBERS.verified : MOST_NUMBERS.unverified
  if (numbersOf(state, account).length >= most) throw badParam(`This account can have at most ${most} phone numbers.`)
  const taken = [...state.numbers.values()].some((number) => number.digits === digits)
  if (taken) throw badParam('This phone number is in use already.')
}

function digitsOf(value: unknown, min: number, max: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const digits = String(value).replace(/[\s()+.-]/g, '')
  return /^\d+$/.test(digits) && digits.length >= min && digits.length <= max ? digits : undefined
}

/** `+1 631-555-5555`; elsewhere the dialling code and the rest. */
function displayOf(cc: string, local: string): string {
  const american = cc === '1' ? /^(\d{3})(\d{3})(\d{4})$/.exec(local) : null
  return american ? `+1 ${american.slice(1).join('-')}` : `+${cc} ${local}`
}
