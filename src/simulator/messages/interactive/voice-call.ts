import type { Param } from '../../param.ts'
import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'

export const voiceCall = defineInteractive({
  type: 'voice_call',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['voice_call'], 131009)
    const parameters = action.at('parameters')
    if (!parameters.given) return
    parameters.object(['display_text', 'ttl_minutes', 'payload'])
    parameters.at('display_text').optionalText({ max: 20, invalid: 'Button display text' })
    if (parameters.at('ttl_minutes').given) checkTtlMinutes(parameters.at('ttl_minutes'))
    parameters.at('payload').optionalText(CALL_PAYLOAD)
  },
})

/** What comes back with the call. */
export const CALL_PAYLOAD = { max: 512, invalid: 'Call payload' }

/** Meta rule: a call button works for 30 days at the most. */
export function checkTtlMinutes(minutes: Param): void {
  minutes.integerBetween(1, 43_200)
}
