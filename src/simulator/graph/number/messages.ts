import { customerOf, threadOf } from '../../customers.ts'
import { badParam, messagingError } from '../../graph-error.ts'
import { acceptMessage } from '../../lifecycle/accept.ts'
import { failureOfLinks } from '../../lifecycle/links.ts'
import { kindOf, type MediaKind } from '../../media/kinds.ts'
import { type CheckedMessage, checkMessage, checkMessagingProduct } from '../../messages/check-message.ts'
import type { Findings } from '../../messages/define.ts'
import { Param } from '../../param.ts'
import { admitByAccount, admitByRates, admitRecipient } from '../../rates/admit.ts'
import type { Simulation } from '../../simulation.ts'
import type { PhoneNumber } from '../../state.ts'
import type { GraphCall } from '../call.ts'

const TYPING_MS = 25_000

/** POST /{phone_number_id}/messages: a send, or the reading of what a customer wrote. */
export function sendMessage({ simulation, body }: GraphCall, { number }: { number: PhoneNumber }): unknown {
  checkRegistered(number)
  const given = body()
  if (Object.hasOwn(given, 'status')) return markRead(simulation, number, given)
  return send(simulation, number, given)
}

/** POST /{phone_number_id}/marketing_messages: marketing templates and nothing else. */
export function sendMarketingMessage({ simulation, body }: GraphCall, { number }: { number: PhoneNumber }): unknown {
  checkRegistered(number)
  const given = body()
  if (given.type !== 'template') throw messagingError(100, 'Message must be a template message.')
  return send(simulation, number, given, true)
}

function send(simulation: Simulation, number: PhoneNumber, body: Record<string, unknown>, marketing = false): unknown {
  const accountFirst = simulation.settings.switches.check_order === 'account_first'
  if (accountFirst) admitByAccount(simulation, number)
  const checked = checkMessage(simulation, body, {
    number,
    findMedia: (media) => findMedia(simulation, number, media),
  })
  if (marketing && checked.looked.template?.category !== 'MARKETING') throw messagingError(134100)
  checked.marketing_lite = marketing
  if (checked.recipient.group_id === undefined) admitRecipient(simulation, number, checked.recipient.wa_id)
  if (!accountFirst) admitByAccount(simulation, number)
  admitByRates(simulation, number, checked)
  const accept = () => answerTo(simulation, checked, acceptMessage(simulation, number, checked))
  const { links } = checked.findings
  const { fetch_links, switches } = simulation.settings
  const fetchesFirst = fetch_links && switches.link_failed === 'sync' && links.length > 0
  return fetchesFirst ? refuseDeadLinks(simulation, number, links).then(accept) : accept()
}

async function refuseDeadLinks(simulation: Simulation, number: PhoneNumber, links: Findings['links']): Promise<void> {
  const failure = await failureOfLinks(simulation, number, links)
  if (failure) throw messagingError(failure.code, failure.details)
}

function answerTo({ state }: Simulation, checked: CheckedMessage, message: ReturnType<typeof acceptMessage>): unknown {
  const { input, wa_id, group_id, by_user_id } = checked.recipient
  const accepted: Record<string, unknown> = { id: message.id }
  if (group_id !== undefined) accepted.group_id = group_id
  if (checked.looked.template) {
    accepted.message_status = message.status === 'held' ? 'held_for_quality_assessment' : 'accepted'
  }
  const contact = by_user_id
    ? { input, user_id: customerOf(state, wa_id).user_id }
    : { input, wa_id: group_id ?? wa_id }
  return { messaging_product: 'whatsapp', contacts: [contact], messages: [accepted] }
}

// Meta rule: before a number is registered, and after it was deregistered, it sends nothing.
function checkRegistered(number: PhoneNumber): void {
  if (!['CONNECTED', 'FLAGGED', 'RESTRICTED'].includes(number.status)) throw messagingError(133010)
}

/** Meta rule: a media id is sent by the number that owns it, before it expires, as the kind of file it is. */
function findMedia(
  simulation: Simulation,
  number: PhoneNumber,
  { id, kind, path }: { id: string; kind: MediaKind; path: string },
): void {
  const media = simulation.media.find(id)
  if (media?.phone_number_id === number.id && kindOf(media.mime_type) === kind) return
  throw badParam(`Param ${path} is not a valid whatsapp business account media attachment ID`)
}

function markRead(simulation: Simulation, number: PhoneNumber, body: Record<string, unknown>): unknown {
  const { state } = simulation
  const frame = new Param(body, '')
  checkMessagingProduct(frame)
  frame.object(['messaging_product', 'status', 'message_id', 'typing_indicator'])
  frame.at('status').oneOf(['read'])
  const id = frame.at('message_id').text({ missing: 100 })
  const typing = frame.at('typing_indicator')
  if (typing.given) typing.object(['type']).at('type').oneOf(['text'])
  const message = state.messages.get(id)
  if (message?.direction !== 'written' || message.phone_number_id !== number.id) {
    throw messagingError(131009, `Message ${id} is not one this number has received.`)
  }
  const customer = customerOf(state, message.wa_id)
  // Meta rule: what came before it in the thread is read as well.
  for (const earlier of threadOf(state, customer)) {
    if (earlier.direction === 'written' && earlier.phone_number_id === number.id) earlier.status = 'read'
    if (earlier === message) break
  }
  if (typing.given) customer.typing.set(number.id, simulation.now() + TYPING_MS * 1000)
  return { success: true }
}
