import { threadOf } from '../customers.ts'
import { type Simulation, seconds } from '../simulation.ts'
import type { Customer, Message } from '../state.ts'

/** What the customer's phone shows, and apart from it what the business sent and the phone has not got. */
export function phoneView(simulation: Simulation, customer: Customer, phone_number_id: string | undefined) {
  const now = simulation.now()
  const thread = threadOf(simulation.state, customer).filter(
    (message) => phone_number_id === undefined || message.phone_number_id === phone_number_id,
  )
  const view = (messages: Message[]) => messages.map((message) => viewOf(simulation, message))
  return {
    wa_id: customer.wa_id,
    name: customer.name,
    typing: [...customer.typing].filter(([, until]) => until > now).map(([number]) => number),
    messages: view(thread.filter(({ shown }) => shown)),
    failed: view(thread.filter(({ shown, status }) => !shown && status === 'failed')),
    waiting: thread.filter(({ shown, finished }) => !shown && !finished).length,
  }
}

function viewOf(simulation: Simulation, message: Message): Record<string, unknown> {
  const view: Record<string, unknown> = {
    id: message.id,
    direction: message.direction,
    phone_number_id: message.phone_number_id,
    type: message.type,
    timestamp: String(seconds(message.at)),
    status: message.status,
    [message.type]: message.content,
  }
  for (const key of ['context', 'group_id', 'rendered', 'errors', 'edits', 'revoked'] as const) {
    if (message[key] !== undefined) view[key] = message[key]
  }
  if (message.reactions && Object.keys(message.reactions).length > 0) view.reactions = message.reactions
  if (message.media.length > 0) {
    view.media = message.media.map((media) => ({
      ...media,
      download_url: `${simulation.url()}/simulator/v1/media/${media.id}`,
    }))
  }
  return view
}
