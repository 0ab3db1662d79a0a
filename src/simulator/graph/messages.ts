import { acceptMessage } from '../accept-message.ts'
import type { MediaKind } from '../media/kinds.ts'
import { kindOf } from '../media/kinds.ts'
import { checkMessage, checkMessagingProduct } from '../messages/check-message.ts'
import { Param } from '../param.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../state.ts'
import type { GraphCall } from './call.ts'
import { badParam, messagingError } from './error.ts'
import { readBody } from './request-body.ts'

const TYPING_MS = 25_000

/** POST /{phone_number_id}/messages: a send, or the reading of what a customer wrote. */
export function sendMessage({ simulation, request }: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const body = readBody(request)
  if (Object.hasOwn(body, 'status')) return markRead(simulation, number, body)
  const checked = checkMessage(body, {
    number,
    now: simulation.clock.now(),
    findMedia: (media) => findMedia(simulation, number, media),
  })
  const message = acceptMessage(simulation, number, checked)
  const accepted =
    checked.type.type === 'template' ? { id: message.id, message_status: 'accepted' } : { id: message.id }
  return {
    messaging_product: 'whatsapp',
    contacts: [{ input: checked.input, wa_id: checked.wa_id }],
    messages: [accepted],
  }
}

/** Meta rule: a media id is sent by the number that owns it, before it expires, as the kind of file it is. */
function findMedia(
  simulation: Simulation,
  number: PhoneNumber,
  { id, kind, path }: { id: string; kind: MediaKind; path: string },
) {
  const media = simulation.media.find(id)
  if (media && media.number === number && kindOf(media.mime_type) === kind) return
  throw badParam(`Param ${path} is not a valid whatsapp business account media attachment ID`)
}

function markRead(simulation: Simulation, number: PhoneNumber, body: Record<string, unknown>): unknown {
  const frame = new Param(body, '')
  checkMessagingProduct(frame)
  frame.object(['messaging_product', 'status', 'message_id', 'typing_indicator'])
  frame.at('status').oneOf(['read'])
  const id = frame.at('message_id').text({ missing: 100 })
  const typing = frame.at('typing_indicator')
  if (typing.given) typing.object(['type']).at('type').oneOf(['text'])
  const message = simulation.state.messages.get(id)
  if (message?.direction !== 'written' || message.number !== number) {
    throw messagingError(131009, `Message ${id} is not one this number has received.`)
  }
  // Meta rule: what came before it in the thread is read as well.
  for (const earlier of message.customer.messages.values()) {
    if (earlier.direction === 'written' && earlier.number === number) earlier.status = 'read'
    if (earlier === message) break
  }
  if (typing.given) message.customer.typing.set(number.id, simulation.clock.now() + TYPING_MS * 1000)
  return { success: true }
}
