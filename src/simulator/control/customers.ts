import { z } from 'zod'
import { DAY } from '../../lib/clock.ts'
import { customerOf, threadOf } from '../customers.ts'
import { deliverWaiting, messageIsRead } from '../lifecycle/advance.ts'
import { emitStatus, messagesValue } from '../lifecycle/status.ts'
import { type Simulation, seconds } from '../simulation.ts'
import { type Customer, numberOf, type PhoneNumber } from '../state.ts'
import { contactOf, customerWrites, inboundMessage } from '../writing/customer-writes.ts'
import { defineRoute } from './define.ts'
import { ControlError, found } from './error.ts'
import { phoneView } from './phone-view.ts'

export const wa_id = z.string().regex(/^\d{7,15}$/, 'must be 7 to 15 digits')
const params = z.object({ wa_id })
const BODY_LIMIT = 40 * 1024 * 1024

export const listCustomers = defineRoute({
  method: 'GET',
  path: '/customers',
  summary: 'Everyone there is, with open windows',
  answers: '`{data: [customer]}`',
  handle: ({ state }) => ({ data: [...state.customers.values()].map(summaryOf) }),
})

export const readCustomer = defineRoute({
  method: 'GET',
  path: '/customers/{wa_id}',
  summary: 'One customer',
  params,
  answers: 'The customer',
  handle: ({ state }, { params }) => summaryOf(found(state.customers.get(params.wa_id), 'customer')),
})

const ids = z.array(z.string())
const change = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  username: z.string().min(1).max(100).optional(),
  on_whatsapp: z.boolean().optional().describe('Whether there is WhatsApp at this number: 131026 without'),
  online: z.boolean().optional().describe('Offline, messages wait for it; coming online, they arrive'),
  opens: z.boolean().optional().describe('Opens by itself what arrives'),
  read_receipts: z.boolean().optional().describe('Without them no `read` is told'),
  shows_number: z.boolean().optional().describe('Without it, and with user_ids on, webhooks carry the user id only'),
  in_experiment: z.boolean().optional().describe('130472 for marketing'),
  identity_hash: z.string().min(1).optional().describe('137000 for sends with another'),
  blocked: ids.optional().describe('The phone_number_ids the customer has blocked'),
  opted_out: ids.optional().describe('The phone_number_ids whose marketing is stopped; a change is told by webhook'),
})

export const changeCustomer = defineRoute({
  method: 'PATCH',
  path: '/customers/{wa_id}',
  summary: 'Who a customer is and what the phone does; makes the customer if need be',
  params,
  body: change,
  answers: 'The customer',
  async handle(simulation, { params, body }) {
    const customer = customerOf(simulation.state, params.wa_id)
    const before = [...customer.opted_out]
    for (const id of [...(body.opted_out ?? []), ...(body.blocked ?? [])]) numberNamed(simulation, id)
    Object.assign(customer, body, { kept: true })
    if (body.online) deliverWaiting(simulation, customer)
    for (const id of new Set([...before, ...customer.opted_out])) {
      const stopped = customer.opted_out.includes(id)
      if (stopped !== before.includes(id)) await tellPreference(simulation, customer, id, stopped)
    }
    return summaryOf(customer)
  },
})

/** Meta rule: a customer who stops or resumes marketing is reported. */
function tellPreference(simulation: Simulation, customer: Customer, phone_number_id: string, stopped: boolean) {
  const number = numberOf(simulation.state, phone_number_id)
  return simulation.changes.tell({
    account_id: number.account_id,
    phone_number_id,
    wa_id: customer.wa_id,
    field: 'user_preferences',
    value: {
      ...messagesValue(number),
      contacts: [{ wa_id: customer.wa_id }],
      user_preferences: [
        {
          wa_id: customer.wa_id,
          detail: `User requested to ${stopped ? 'stop' : 'resume'} marketing messages`,
          category: 'marketing_messages',
          value: stopped ? 'stop' : 'resume',
          timestamp: seconds(simulation.now()),
        },
      ],
    },
    summary: `customer ${customer.wa_id} ${stopped ? 'stops' : 'resumes'} marketing`,
  })
}

export const customerSays = defineRoute({
  method: 'POST',
  path: '/customers/{wa_id}/messages',
  summary: 'A customer writes; type and content as in webhooks. Done when the webhook has been delivered once',
  params,
  body: inboundMessage,
  bodyLimit: BODY_LIMIT,
  status: 201,
  answers: 'The message as the webhook carries it, and `delivered`',
  handle: (simulation, { params, body }) =>
    customerWrites(simulation, numberNamed(simulation, body.phone_number_id), params.wa_id, body),
})

export const readPhone = defineRoute({
  method: 'GET',
  path: '/customers/{wa_id}/messages',
  summary: "The customer's phone: what came and what was written, in order, with content, ticks, reactions and edits",
  params,
  query: z.object({ phone_number_id: z.string().optional() }),
  answers: '`{messages, failed, waiting, typing}`',
  handle(simulation, { params, query }) {
    const customer = simulation.state.customers.get(params.wa_id)
    if (!customer) throw new ControlError(404, 'No customer has this number.')
    return phoneView(simulation, customer, query.phone_number_id)
  },
})

export const openChat = defineRoute({
  method: 'POST',
  path: '/customers/{wa_id}/open',
  summary: 'The customer opens the chat with a number and reads everything in it',
  params,
  body: z.strictObject({ phone_number_id: z.string() }),
  answers: '`{read}`: the ids of what was read just now',
  handle(simulation, { params, body }) {
    const customer = found(simulation.state.customers.get(params.wa_id), 'customer')
    numberNamed(simulation, body.phone_number_id)
    const unread = threadOf(simulation.state, customer).filter(
      ({ phone_number_id, direction, status }) =>
        phone_number_id === body.phone_number_id && direction === 'received' && status === 'delivered',
    )
    for (const message of unread) messageIsRead(simulation, message)
    return { read: unread.map(({ id }) => id) }
  },
})

export const playVoice = defineRoute({
  method: 'POST',
  path: '/customers/{wa_id}/play',
  summary: 'The customer listens to a voice message for the first time',
  params,
  body: z.strictObject({ message_id: z.string() }),
  answers: '`{played}`',
  handle(simulation, { params, body }) {
    const message = simulation.state.messages.get(body.message_id)
    const isVoice = message?.wa_id === params.wa_id && message.type === 'audio' && message.direction === 'received'
    if (!isVoice || !message.shown) {
      throw new ControlError(400, 'message_id: is no audio message on this phone', { field: 'message_id' })
    }
    if (message.status !== 'played') emitStatus(simulation, message, 'played')
    return { played: true }
  },
})

export const changeNumber = defineRoute({
  method: 'POST',
  path: '/customers/{wa_id}/number',
  summary: 'The customer moves to another phone number; the business hears of it as a system message',
  params,
  body: z.strictObject({ phone_number_id: z.string(), wa_id }),
  status: 201,
  answers: 'The system message, and `delivered`',
  handle(simulation, { params, body }) {
    const number = numberNamed(simulation, body.phone_number_id)
    const { name } = customerOf(simulation.state, params.wa_id)
    return customerWrites(simulation, number, params.wa_id, {
      phone_number_id: number.id,
      type: 'system',
      content: {
        body: `User ${name} changed from ${params.wa_id} to ${body.wa_id}`,
        wa_id: body.wa_id,
        type: 'user_changed_number',
      },
    })
  },
})

export const customerCalls = defineRoute({
  method: 'POST',
  path: '/customers/{wa_id}/calls',
  summary: 'A customer calls a number, or the call ends; a call opens the window as a message does',
  params,
  body: z.strictObject({
    phone_number_id: z.string(),
    event: z.enum(['connect', 'terminate']).default('connect'),
    id: z.string().optional().describe('The call that ends; default: a new one'),
    seconds: z.number().int().min(0).max(86_400).default(60).describe('How long it took, when it ends'),
  }),
  status: 201,
  answers: 'The call as the webhook carries it, and `delivered`',
  async handle(simulation, { params, body }) {
    const number = numberNamed(simulation, body.phone_number_id)
    const customer = customerOf(simulation.state, params.wa_id)
    const now = simulation.now()
    const call: Record<string, unknown> = {
      id: body.id ?? `wacid.${simulation.ids.opaque(40)}`,
      to: number.digits,
      from: customer.wa_id,
      event: body.event,
      timestamp: String(seconds(now)),
      direction: 'USER_INITIATED',
    }
    if (body.event === 'connect') {
      customer.windows.set(number.id, now + DAY)
      call.session = { sdp_type: 'offer', sdp: 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\n' }
    } else {
      const start = seconds(now) - body.seconds
      Object.assign(call, {
        status: 'COMPLETED',
        start_time: String(start),
        end_time: String(seconds(now)),
        duration: body.seconds,
      })
    }
    const delivered = await simulation.changes.tell({
      account_id: number.account_id,
      phone_number_id: number.id,
      wa_id: customer.wa_id,
      type: body.event,
      field: 'calls',
      value: { ...messagesValue(number), contacts: [contactOf(simulation, customer, number)], calls: [call] },
      summary: `call ${body.event} from ${customer.wa_id}`,
    })
    return { ...call, delivered }
  },
})

export function numberNamed({ state }: Simulation, phone_number_id: string): PhoneNumber {
  const number = state.numbers.get(phone_number_id)
  if (number) return number
  throw new ControlError(400, `phone_number_id: no business phone number has the id ${phone_number_id}`, {
    field: 'phone_number_id',
  })
}

function summaryOf(customer: Customer) {
  const { thread, windows, ad_clicks: _, free_entry_points, typing: __, kept: ___, ...rest } = customer
  const open = (until: number) => new Date(until / 1000).toISOString()
  return {
    ...rest,
    windows: [...windows].map(([phone_number_id, until]) => ({ phone_number_id, open_until: open(until) })),
    free_entry_points: [...free_entry_points].map(([phone_number_id, { until }]) => ({
      phone_number_id,
      open_until: open(until),
    })),
    messages_count: thread.size,
  }
}
