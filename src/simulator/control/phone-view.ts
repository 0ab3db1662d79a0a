import { type Simulation, seconds } from '../simulation.ts'
import type { Customer, Message } from '../state.ts'

/** What the customer's phone shows, and apart from it what the business sent and the phone never got. */
export function phoneView(simulation: Simulation, customer: Customer, phone_number_id: string | undefined) {
  const wanted = (message: Message) =>
    message.status !== 'accepted' && (phone_number_id === undefined || message.number.id === phone_number_id)
  const now = simulation.clock.now()
  const shown = [...customer.messages.values()].filter(wanted)
  return {
    wa_id: customer.wa_id,
    name: customer.name,
    typing: [...customer.typing].filter(([, until]) => until > now).map(([number]) => number),
    messages: shown.filter((message) => message.status !== 'failed').map((message) => viewOf(simulation, message)),
    failed: shown.filter((message) => message.status === 'failed').map((message) => viewOf(simulation, message)),
  }
}

function viewOf(simulation: Simulation, message: Message): Record<string, unknown> {
  const view: Record<string, unknown> = {
    id: message.id,
    direction: message.direction,
    phone_number_id: message.number.id,
    type: message.type,
    timestamp: String(seconds(message.at)),
    status: message.status,
  }
  if (message.context) view.context = message.context
  view[message.type] = message.content
  if (message.rendered) view.rendered = message.rendered
  if (message.media.length > 0) {
    view.media = message.media.map(({ id, mime_type, size, sha256, filename }) => ({
      id,
      mime_type,
      size,
      sha256: sha256.toString('hex'),
      ...(filename === undefined ? {} : { filename }),
      download_url: `${simulation.url()}/simulator/v1/media/${id}`,
    }))
  }
  if (message.errors) view.errors = message.errors
  return view
}
