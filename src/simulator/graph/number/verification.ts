import { badParam, graphRefusal } from '../../graph-error.ts'
import { chanceFrom } from '../../random.ts'
import { countIn } from '../../rates/buckets.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const HOUR_MS = 3_600_000
const CODES_PER_HOUR = 5

/** POST /{phone_number_id}/request_code: what the SMS or the call would say is kept with the number. */
export function requestCode(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { state, random, now } = call.simulation
  const frame = frameOf(call)
  const [method, language] = [frame.at('code_method'), frame.at('language')]
  if (!method.given) throw method.missing(100)
  method.oneOf(['SMS', 'VOICE'])
  if (!/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language.text({ missing: 100 }))) {
    throw badParam('Param language must be a language code such as en_US.')
  }
  if (countIn(state, `codes ${number.id}`, HOUR_MS, now()) > CODES_PER_HOUR) {
    const details = 'Too many codes were asked for. Try again in an hour.'
    throw graphRefusal({ code: 136024, subcode: 2388091, details })
  }
  number.code = String(100_000 + chanceFrom(random('codes')).upTo(899_999))
  return { success: true }
}

/** POST /{phone_number_id}/verify_code */
export function verifyCode(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const code = frameOf(call).at('code')
  if (!code.given) throw code.missing(100)
  // Meta rule: the SMS says `123-830`, and people paste it as it is.
  const digits = String(code.value).replace(/[-\s]/g, '')
  if (!/^\d{6}$/.test(digits)) throw badParam('Param code must be 6 digits.')
  if (number.code !== digits) {
    throw graphRefusal({ code: 136025, subcode: 2388093, details: 'The code is not the one that was sent last.' })
  }
  delete number.code
  number.code_verification_status = 'VERIFIED'
  return { success: true }
}
