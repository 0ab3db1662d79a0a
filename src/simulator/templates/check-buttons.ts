import { badParam, GraphError } from '../graph-error.ts'
import { codePoints, isRecord, type Param } from '../param.ts'
import { checkFields } from './check-components.ts'
import { buttonFormat, missingField, tooLong, unexpectedField } from './creation-errors.ts'
import { variablesIn } from './variables.ts'

const BUTTON_LIMIT = 10
const TEXT_LIMIT = 25
const URL_LIMIT = 2000
const CODE_LIMIT = 20

/** Meta rule: each kind of button, how many of it, and the fields it takes besides type and text. */
const BUTTONS: Record<string, { most: number; fields: string[]; fixedText?: string }> = {
  QUICK_REPLY: { most: 10, fields: [] },
  URL: { most: 2, fields: ['url', 'example', 'app_deep_link', 'payment_link_preview'] },
  PHONE_NUMBER: { most: 1, fields: ['phone_number'] },
  COPY_CODE: { most: 1, fields: ['example'], fixedText: 'Copy code' },
  FLOW: { most: 1, fields: ['flow_id', 'flow_name', 'flow_json', 'flow_action', 'navigate_screen', 'icon'] },
  VOICE_CALL: { most: 1, fields: ['ttl_minutes'] },
  CATALOG: { most: 1, fields: [], fixedText: 'View catalog' },
  MPM: { most: 1, fields: [], fixedText: 'View items' },
  SPM: { most: 1, fields: [], fixedText: 'View' },
  ORDER_DETAILS: { most: 1, fields: [], fixedText: 'Review and pay' },
}

type Button = Record<string, unknown>

export function checkButtons(component: Param): Record<string, unknown> {
  checkFields(component, 'BUTTONS', ['buttons'])
  if (!component.at('buttons').given) throw missingField('BUTTONS', 'buttons')
  const list = component.at('buttons').list(100)
  if (list.length === 0 || list.length > BUTTON_LIMIT) {
    throw badParam(`Param ${component.at('buttons').path} must have 1 to ${BUTTON_LIMIT} elements.`)
  }
  const buttons = list.map(checkButton)
  for (const [type, { most }] of Object.entries(BUTTONS)) {
    const count = buttons.filter((button) => button.type === type).length
    if (count > most) throw badParam(`A template can have at most ${most} buttons of type ${type}.`)
  }
  checkGrouping(buttons.map((button) => button.type === 'QUICK_REPLY'))
  return { type: 'BUTTONS', buttons }
}

// Meta rule: quick replies stand together, all before or all after the others.
function checkGrouping(isQuickReply: boolean[]): void {
  const changes = isQuickReply.filter((one, index) => index > 0 && one !== isQuickReply[index - 1]).length
  if (changes > 1) throw badParam('Quick reply buttons must be grouped together.')
}

function checkButton(button: Param): Button {
  const given = button.anyObject(100)
  const type = typeof given.type === 'string' ? given.type.toUpperCase() : ''
  const rule = Object.hasOwn(BUTTONS, type) ? BUTTONS[type] : undefined
  if (!rule) throw button.at('type').notOneOf(Object.keys(BUTTONS))
  for (const field of Object.keys(given)) {
    if (!['type', 'text', ...rule.fields].includes(field)) throw unexpectedField('BUTTONS', field)
  }
  const text = checkText(button.at('text'), rule.fixedText)
  if (type === 'URL') checkUrl(button)
  if (type === 'PHONE_NUMBER') checkPhoneNumber(button.at('phone_number'))
  if (type === 'COPY_CODE') checkCode(button.at('example'))
  if (type === 'FLOW' && !['flow_id', 'flow_name', 'flow_json'].some((field) => button.at(field).given)) {
    throw missingField('BUTTONS', 'flow_id')
  }
  return { ...given, type, text }
}

function checkText(text: Param, fixed: string | undefined): string {
  if (fixed) return typeof text.value === 'string' && text.value !== '' ? text.value : fixed
  if (!text.given || text.value === '') throw missingField('BUTTONS', 'text')
  const label = text.text({ missing: 100 })
  if (codePoints(label) > TEXT_LIMIT) throw tooLong('button text', TEXT_LIMIT)
  if (/[\n*~`]|\{\{|\p{Extended_Pictographic}/u.test(label)) throw buttonFormat()
  return label
}

function checkUrl(button: Param): void {
  const url = button.at('url')
  if (!url.given || url.value === '') throw missingField('BUTTONS', 'url')
  const text = url.text({ missing: 100 })
  if (codePoints(text) > URL_LIMIT) throw tooLong('button URL', URL_LIMIT)
  const variables = variablesIn(text)
  if (variables.length > 1 || (variables.length === 1 && !/\}\}$/.test(text))) {
    throw badParam(`Param ${url.path} can have one variable, at its end.`)
  }
  if (variables.length === 0) return
  const example = button.at('example').value
  const first = Array.isArray(example) ? example[0] : example
  if (typeof first !== 'string' || first === '') throw missingField('BUTTONS', 'example')
}

function checkPhoneNumber(number: Param): void {
  if (!number.given) throw missingField('BUTTONS', 'phone_number')
  if (typeof number.value === 'string' && number.value.length <= 20) {
    if (/^\d{7,15}$/.test(number.value.replace(/[+\-() ]/g, ''))) return
  }
  throw new GraphError(400, { message: `(#192) Param ${number.path} is not a valid phone number.`, code: 192 })
}

function checkCode(example: Param): void {
  const code = Array.isArray(example.value) ? example.value[0] : example.value
  if (typeof code !== 'string' || code === '') throw missingField('BUTTONS', 'example')
  if (codePoints(code) > CODE_LIMIT) throw tooLong('code', CODE_LIMIT)
}

const OTP_FIELDS = [
  'type',
  'text',
  'otp_type',
  'autofill_text',
  'package_name',
  'signature_hash',
  'supported_apps',
  'zero_tap_terms_accepted',
]

/** The one button of an authentication template. Stored as a URL button, as Meta does. */
export function checkOtpButton(component: Param): Record<string, unknown> {
  checkFields(component, 'BUTTONS', ['buttons'])
  if (!component.at('buttons').given) throw missingField('BUTTONS', 'buttons')
  const buttons = component.at('buttons').list(100)
  const [button] = buttons
  if (!button || buttons.length !== 1) throw badParam('An authentication template has exactly one button.')
  const given = button.anyObject(100)
  for (const field of Object.keys(given)) {
    if (!OTP_FIELDS.includes(field)) throw unexpectedField('BUTTONS', field)
  }
  const upper = (key: string) => (typeof given[key] === 'string' ? given[key].toUpperCase() : given[key])
  if (upper('type') !== 'OTP') throw button.at('type').notOneOf(['OTP'])
  const otp_type = upper('otp_type')
  if (otp_type === undefined) throw missingField('BUTTONS', 'otp_type')
  if (!['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'].includes(String(otp_type))) {
    throw button.at('otp_type').notOneOf(['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'])
  }
  if (otp_type !== 'COPY_CODE') checkApps(given)
  if (otp_type === 'ZERO_TAP' && given.zero_tap_terms_accepted !== true) {
    throw missingField('BUTTONS', 'zero_tap_terms_accepted')
  }
  const text = button.at('text').given ? checkText(button.at('text'), undefined) : 'Copy code'
  const url = `https://www.whatsapp.com/otp/code/?otp_type=${otp_type}&code=otp{{1}}`
  return { type: 'BUTTONS', buttons: [{ type: 'URL', text, url, example: [url.replace('{{1}}', '123456')] }] }
}

// Either the apps, or, as older samples have it, the one app's two fields on the button itself.
function checkApps(button: Record<string, unknown>): void {
  const apps = Array.isArray(button.supported_apps) ? button.supported_apps : [button]
  if (apps.length === 0 || apps.length > 5) throw badParam('An OTP button supports 1 to 5 apps.')
  for (const app of apps) {
    const named = isRecord(app) && typeof app.package_name === 'string' && typeof app.signature_hash === 'string'
    if (!named) throw missingField('BUTTONS', 'supported_apps')
  }
}
