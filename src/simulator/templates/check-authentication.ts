import { badParam } from '../graph-error.ts'
import type { Param } from '../param.ts'
import { checkOtpButton } from './check-buttons.ts'
import { checkFields } from './check-components.ts'
import { missingField, unexpectedField } from './creation-errors.ts'

/** Meta rule: an authentication template has no text of its own, only switches. */
export function checkAuthenticationComponent(component: Param, type: string): Record<string, unknown> {
  if (type === 'BODY') {
    checkFields(component, 'BODY', ['add_security_recommendation'])
    const advice = component.at('add_security_recommendation').optionalBoolean() ?? false
    const end = advice ? ' For your security, do not share this code.' : ''
    return { type, text: `*{{1}}* is your verification code.${end}`, add_security_recommendation: advice }
  }
  if (type === 'FOOTER') {
    checkFields(component, 'FOOTER', ['code_expiration_minutes'])
    const minutes = component.at('code_expiration_minutes')
    if (!minutes.given) throw missingField('FOOTER', 'code_expiration_minutes')
    const value = Number(minutes.value)
    if (!Number.isInteger(value) || value < 1 || value > 90) throw badParam(`Param ${minutes.path} must be 1 to 90.`)
    return { type, text: `This code expires in ${value} minutes.`, code_expiration_minutes: value }
  }
  if (type === 'BUTTONS') return checkOtpButton(component)
  throw unexpectedField(type, 'type')
}
