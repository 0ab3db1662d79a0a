import { diallingCodeOf } from '../country.ts'
import { customerOf } from '../customers.ts'
import { messagingError } from '../graph-error.ts'
import { Param } from '../param.ts'
import type { Simulation } from '../simulation.ts'
import { accountOfNumber, type PhoneNumber } from '../state.ts'
import type { Findings, Looked, MessageType } from './define.ts'
import { messageTypes } from './index.ts'

export type CheckedMessage = {
  type: MessageType
  payload: unknown
  recipient: Recipient
  context: { message_id: string } | undefined
  biz_opaque_callback_data: string | undefined
  identity_hash: string | undefined
  findings: Findings
  looked: Looked
  /** Of the marketing messages endpoint. */
  marketing_lite?: boolean
  /** Accepted all the same, and bound to fail with this code. */
  failsWith?: number
}

export type Recipient = {
  /** As it was sent. */
  input: string
  /** The customer's digits; empty for a group. */
  wa_id: string
  group_id?: string
  by_user_id?: boolean
}

const FRAME_KEYS = [
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'context',
  'biz_opaque_callback_data',
  'recipient_identity_key_hash',
  // Meant for marketing messages; Meta's guides also show them on ordinary sends.
  'message_activity_sharing',
  'product_policy',
]
const BIZ_OPAQUE_LIMIT = 512
const SHORTEST_ORDER_SECONDS = 300
const OWN_NUMBER = 'The recipient is the business phone number itself.'

/** What the checks ask of the world outside the message. */
export type Surroundings = {
  number: PhoneNumber
  /** Throws Meta's refusal when the media cannot be sent from the number. */
  findMedia(media: Findings['media'][number]): void
}

/** Steps 3 to 7 of a send, in Meta's order; the first that fails is what Meta answers. */
export function checkMessage(
  simulation: Simulation,
  body: Record<string, unknown>,
  { number, findMedia }: Surroundings,
): CheckedMessage {
  const { state, settings, now } = simulation
  const frame = new Param(body, '', settings.switches)
  checkMessagingProduct(frame)
  const recipient = checkRecipient(simulation, number, frame)
  const type = checkType(frame)
  checkFrame(frame, type)
  const payload = frame.at(type.type)
  const findings: Findings = { media: [], links: [], expirations: [] }
  type.check(payload, findings)
  checkReach(type, recipient, payload)
  for (const expiration of findings.expirations) checkExpiration(expiration, now())
  for (const media of findings.media) findMedia(media)
  const looked = type.look?.(payload, { number, account: accountOfNumber(state, number), state }) ?? {}
  if (recipient.by_user_id && looked.template?.category === 'AUTHENTICATION') throw messagingError(131062)
  if (recipient.wa_id === number.digits) throw messagingError(settings.switches.own_number, OWN_NUMBER)
  const context = frame.at('context')
  const opaque = frame.at('biz_opaque_callback_data').value
  return {
    type,
    payload: payload.value,
    recipient,
    context: context.given ? { message_id: String(context.at('message_id').value) } : undefined,
    biz_opaque_callback_data: typeof opaque === 'string' ? opaque : undefined,
    identity_hash: frame.at('recipient_identity_key_hash').optionalText(),
    findings,
    looked,
  }
}

/** Meta rule: some types are for groups only, and groups do not take them all. */
function checkReach(type: MessageType, { group_id }: Recipient, payload: Param): void {
  const { type: name } = type
  if (group_id === undefined) {
    if (type.groupsOnly) throw messagingError(131051, `Messages of type ${name} are only sent to groups.`)
    return
  }
  if (name === 'interactive')
    throw messagingError(131051, `Groups take no message of type ${String(payload.at('type').value)}.`)
}

/** Meta rule: an order can still be paid for five minutes at least. */
function checkExpiration({ at, path }: Findings['expirations'][number], now: number): void {
  if (at - now / 1e6 >= SHORTEST_ORDER_SECONDS) return
  throw messagingError(131009, `Param ${path} must be at least ${SHORTEST_ORDER_SECONDS} seconds ahead.`)
}

/** Meta rule: every body says `messaging_product: whatsapp`. */
export function checkMessagingProduct(frame: Param): void {
  const product = frame.at('messaging_product')
  if (!product.given) throw product.missing(100)
  product.oneOf(['whatsapp'])
}

function checkRecipient(simulation: Simulation, number: PhoneNumber, frame: Param): Recipient {
  const recipientType = frame.at('recipient_type')
  const kind = recipientType.given ? recipientType.oneOf(['individual', 'group']) : 'individual'
  const to = frame.at('to')
  if (!to.given && frame.at('recipient').given) return checkUserId(simulation, frame.at('recipient'))
  const input = to.text({ missing: 100 })
  if (kind === 'group') return checkGroup(simulation, number, input)
  const digits = input.replace(/[+\-() ]/g, '')
  // Ours: 7 to 15 digits, the lengths a phone number can have.
  if (!/^\d{7,15}$/.test(digits)) {
    throw messagingError(131009, 'The phone number is malformed: Please use the format: +1234567890.')
  }
  const full = frame.switches.country_prefix === 'on' ? prefixed(input, digits, number) : digits
  return { input, wa_id: frame.switches.wa_id === 'normalised' ? normalised(full) : full }
}

/** WhatsApp's ids: without the ninth digit in Brazil from area code 31 on, with a 1 before the area code in Mexico. */
function normalised(digits: string): string {
  return digits.replace(/^(55(?:3[1-9]|[4-9]\d))9(\d{8})$/, '$1$2').replace(/^52(?!1\d{10}$)(\d{10})$/, '521$1')
}

// The guide's text: without a + the country code of the business number may be put before it.
function prefixed(input: string, digits: string, number: PhoneNumber): string {
  const code = diallingCodeOf(number.digits)
  return input.trim().startsWith('+') || digits.startsWith(code) ? digits : code + digits
}

/** Meta rule of 2026: a customer is reached by user id as well. */
function checkUserId(simulation: Simulation, recipient: Param): Recipient {
  const input = recipient.text()
  if (recipient.switches.user_ids === 'off') {
    throw messagingError(100, 'Unexpected key "recipient" on param "message".')
  }
  if (!/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(input)) {
    throw messagingError(131009, `Param ${recipient.path} is not a business-scoped user id.`)
  }
  for (const customer of simulation.state.customers.values()) {
    if (customer.user_id === input) return { input, wa_id: customer.wa_id, by_user_id: true }
  }
  // Somebody the business has not met is written to all the same, and not reached.
  const unknown = customerOf(simulation.state, `0${input.replace(/\D/g, '').slice(0, 14)}`)
  unknown.on_whatsapp = false
  unknown.user_id = input
  return { input, wa_id: unknown.wa_id, by_user_id: true }
}

function checkGroup({ state }: Simulation, number: PhoneNumber, input: string): Recipient {
  const group = state.groups.get(input)
  if (group?.phone_number_id !== number.id) throw messagingError(131041, `Group ${input} does not exist.`)
  if (group.participants.length === 0) throw messagingError(131020, 'The group has no participant but the business.')
  return { input, wa_id: '', group_id: input }
}

function checkType(frame: Param): MessageType {
  const type = frame.at('type')
  // Meta rule: without a type it is a text.
  const name = type.given ? type.text() : 'text'
  const known = messageTypes.find((one) => one.type === name)
  if (known) {
    if (!frame.at(name).given) throw messagingError(100, `Parameter '${name}' is mandatory for type '${name}'`)
    return known
  }
  throw type.notOneOf(messageTypes.map((one) => one.type))
}

function checkFrame(frame: Param, type: MessageType): void {
  for (const key of frame.switches.unknown_keys === 'ignored' ? [] : Object.keys(frame.anyObject())) {
    const known = FRAME_KEYS.includes(key) && !(key === 'context' && type.quotesNothing)
    if (key === type.type || known) continue
    throw messagingError(100, `Unexpected key "${key}" on param "message".`)
  }
  frame.at('biz_opaque_callback_data').optionalText({ max: BIZ_OPAQUE_LIMIT })
  frame.at('recipient_identity_key_hash').optionalText()
  frame.at('message_activity_sharing').optionalBoolean()
  if (frame.at('product_policy').given) frame.at('product_policy').oneOf(['CLOUD_API_FALLBACK', 'STRICT'])
  const context = frame.at('context')
  if (!context.given) return
  context.object(['message_id'])
  // A message that is unknown here is quoted without a bubble, not refused.
  context.at('message_id').text()
}
