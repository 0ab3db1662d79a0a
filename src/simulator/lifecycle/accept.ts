import { DAY, MINUTE } from '../../lib/clock.ts'
import { customerOf, keepMessage } from '../customers.ts'
import { copyOf } from '../media/copy.ts'
import type { CheckedMessage } from '../messages/check-message.ts'
import { chanceFrom } from '../random.ts'
import type { Simulation } from '../simulation.ts'
import type { Message, PhoneNumber, Template } from '../state.ts'

/** Meta rule: how long a message is tried. */
const TIME_TO_LIVE = 30 * DAY
const AUTHENTICATION_TIME_TO_LIVE = 10 * MINUTE

/** Takes a checked message in. What becomes of it is decided when it leaves. */
export function acceptMessage(simulation: Simulation, number: PhoneNumber, checked: CheckedMessage): Message {
  const { state, ids, settings } = simulation
  const now = simulation.now()
  const { template } = checked.looked
  const message: Message = {
    id: ids.wamid('to_customer', checked.recipient.wa_id),
    direction: 'received',
    phone_number_id: number.id,
    wa_id: checked.recipient.wa_id,
    type: checked.type.type,
    content: checked.payload,
    media: checked.findings.media.flatMap(({ id }) => simulation.media.find(id) ?? []).map(copyOf),
    at: now,
    status: template?.paced ? 'held' : 'accepted',
    expires_at: now + timeToLive(template),
    finished: false,
  }
  if (checked.context) message.context = checked.context
  if (checked.recipient.group_id !== undefined) message.group_id = checked.recipient.group_id
  if (checked.recipient.by_user_id) message.by_user_id = true
  if (checked.biz_opaque_callback_data !== undefined)
    message.biz_opaque_callback_data = checked.biz_opaque_callback_data
  if (checked.identity_hash !== undefined) message.identity_hash = checked.identity_hash
  if (checked.marketing_lite) message.marketing_lite = true
  if (checked.findings.links.length > 0) message.links = checked.findings.links
  if (checked.looked.rendered) message.rendered = checked.looked.rendered
  if (template) {
    message.template_id = template.id
    message.category = template.category
  }
  const quirks = simulation.rules.quirksOf(message)
  if (checked.failsWith !== undefined) quirks.push({ kind: 'fail', code: checked.failsWith })
  if (quirks.length > 0) message.quirks = quirks
  // Known to the customer from now on, so that a customer waiting for a message is not forgotten; shown once it arrives.
  if (message.group_id === undefined) customerOf(state, message.wa_id).thread.add(message.id)
  keepMessage(state, message, settings.limits.messages_kept, now)
  if (message.status === 'accepted') setOff(simulation, message)
  return message
}

/** A message that was accepted, or held and now released, goes on its way. */
export function setOff(simulation: Simulation, message: Message): void {
  message.status = 'accepted'
  simulation.after(withJitter(simulation, simulation.settings.timings.sent), { do: 'leave', message_id: message.id })
}

export function withJitter(simulation: Simulation, ms: number): number {
  const { jitter } = simulation.settings.timings
  return jitter === 0 ? ms : ms + chanceFrom(simulation.random('jitter')).upTo(jitter)
}

function timeToLive(template: Template | undefined): number {
  const seconds = template?.message_send_ttl_seconds
  if (seconds !== undefined && seconds > 0) return seconds * 1_000_000
  return template?.category === 'AUTHENTICATION' && seconds === undefined ? AUTHENTICATION_TIME_TO_LIVE : TIME_TO_LIVE
}
