import { type Simulation, seconds } from '../../simulation.ts'
import type { Message, PhoneNumber, Webhook } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { pageOf } from '../page.ts'

const UPDATE = { pending: 'PENDING', delivered: 'DELIVERED', given_up: 'FAILED', not_sent: undefined } as const

/** GET /{phone_number_id}/message_history[?message_id=]: what became of the number's messages, newest first. */
export function readMessageHistory(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const wanted = call.query.get('message_id')
  const sent = [...call.simulation.state.messages.values()].filter(
    ({ id, direction, phone_number_id }) =>
      direction === 'received' && phone_number_id === number.id && (wanted === null || wanted === id),
  )
  return pageOf(call, sent.reverse(), (message) => ({
    id: message.id,
    message_id: message.id,
    events: { data: [eventOf(call.simulation, message)] },
  }))
}

// Ours: the last event of each; what a message went through before is not kept.
function eventOf({ state }: Simulation, message: Message) {
  const webhook = [...state.webhooks.values()].reverse().find(({ body }) => body.includes(message.id))
  const [failure] = message.errors ?? []
  return {
    delivery_status: deliveryStatus(message),
    timestamp: seconds(webhook?.created_at ?? message.at),
    ...(webhook ? { webhook_update_state: updateState(webhook) } : {}),
    ...(failure ? { error_description: String(failure.title) } : {}),
  }
}

function deliveryStatus({ status }: Message): string {
  if (status === 'accepted' || status === 'held') return 'SENT'
  return status === 'played' ? 'READ' : status.toUpperCase()
}

function updateState({ status, attempts }: Webhook): string | undefined {
  return status === 'pending' && attempts.length > 1 ? 'RETRYING' : UPDATE[status]
}
