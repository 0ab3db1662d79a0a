import { messagingError } from '../graph/error.ts'
import { Param } from '../param.ts'
import type { PhoneNumber } from '../state.ts'
import type { Findings, Looked, MessageType } from './define.ts'
import { messageTypes } from './index.ts'

export type CheckedMessage = {
  type: MessageType
  payload: unknown
  /** As it was sent. */
  input: string
  /** The recipient's digits. */
  wa_id: string
  context: { message_id: string } | undefined
  biz_opaque_callback_data: string | undefined
  findings: Findings
  looked: Looked
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

/** What the checks ask of the world outside the message. */
export type Surroundings = {
  number: PhoneNumber
  /** Microseconds. */
  now: number
  /** Throws Meta's refusal when the media cannot be sent from the number. */
  findMedia(media: Findings['media'][number]): void
}

/** Steps 3 to 7 of a send, in Meta's order; the first that fails is what Meta answers. */
export function checkMessage(body: Record<string, unknown>, { number, now, findMedia }: Surroundings): CheckedMessage {
  const frame = new Param(body, '')
  checkMessagingProduct(frame)
  const { input, wa_id } = checkRecipient(frame)
  const type = checkType(frame)
  checkFrame(frame, type)
  const payload = frame.at(type.type)
  const findings: Findings = { media: [], links: [], expirations: [] }
  type.check(payload, findings)
  // No group exists here: whoever a message reaches this line for is a person.
  if (type.groupsOnly) throw messagingError(131051, `Messages of type ${type.type} are only sent to groups.`)
  for (const expiration of findings.expirations) checkExpiration(expiration, now)
  for (const media of findings.media) findMedia(media)
  const looked = type.look?.(payload, number) ?? {}
  if (wa_id === number.digits) throw messagingError(131021, 'The recipient is the business phone number itself.')
  // Test numbers (131030), the state of the account (131031, 131057) and rates (131056, 130429) belong here, in this order.
  const context = frame.at('context')
  const opaque = frame.at('biz_opaque_callback_data').value
  return {
    type,
    payload: payload.value,
    input,
    wa_id,
    context: context.given ? { message_id: String(context.at('message_id').value) } : undefined,
    biz_opaque_callback_data: typeof opaque === 'string' ? opaque : undefined,
    findings,
    looked,
  }
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

function checkRecipient(frame: Param): { input: string; wa_id: string } {
  const recipientType = frame.at('recipient_type')
  const kind = recipientType.given ? recipientType.oneOf(['individual', 'group']) : 'individual'
  const to = frame.at('to')
  if (!to.given && frame.at('recipient').given) {
    frame.at('recipient').text()
    throw messagingError(131009, 'Business-scoped user ids are not simulated yet.')
  }
  const input = to.text({ missing: 100 })
  // No group exists here, so every group is unknown.
  if (kind === 'group') throw messagingError(131041, `Group ${input} does not exist.`)
  const wa_id = input.replace(/[+\-() ]/g, '')
  // Ours: 7 to 15 digits, the lengths a phone number can have.
  if (!/^\d{7,15}$/.test(wa_id)) {
    throw messagingError(131009, 'The phone number is malformed: Please use the format: +1234567890.')
  }
  return { input, wa_id }
}

function checkType(frame: Param): MessageType {
  const type = frame.at('type')
  // Meta rule: without a type it is a text.
  const name = type.given ? type.text() : 'text'
  const known = messageTypes.find((one) => one.type === name)
  if (known) {
    if (!frame.at(name).given) throw frame.at(name).missing(100)
    return known
  }
  throw type.notOneOf(messageTypes.map((one) => one.type))
}

function checkFrame(frame: Param, type: MessageType): void {
  for (const key of Object.keys(frame.anyObject())) {
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
