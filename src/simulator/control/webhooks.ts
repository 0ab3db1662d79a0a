import { z } from 'zod'
import { seconds } from '../simulation.ts'
import type { Webhook } from '../state.ts'
import { defineRoute } from './define.ts'
import { ControlError, found } from './error.ts'
import { withIsoTimes } from './iso-times.ts'

export const listWebhooks = defineRoute({
  method: 'GET',
  path: '/webhooks',
  summary: 'The last webhooks, newest first, with every attempt',
  query: z.object({
    field: z.string().optional(),
    status: z.enum(['pending', 'delivered', 'given_up', 'not_sent']).optional(),
    limit: z.coerce.number().int().min(1).max(1000).default(1000),
  }),
  answers: '`{data: [{id, field, account_id, summary, body, created_at, attempts, status}]}`',
  handle({ state }, { query }) {
    const wanted = [...state.webhooks.values()].filter(
      ({ field, status }) => (query.field ?? field) === field && (query.status ?? status) === status,
    )
    return { data: wanted.slice(-query.limit).reverse().map(viewOf) }
  },
})

export const replayWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks/{id}/replay',
  summary: 'Sends a webhook again, the same bytes, whatever became of it',
  params: z.object({ id: z.coerce.number().int() }),
  answers: 'The webhook, with the new attempt, and `acknowledged`',
  async handle(simulation, { params }) {
    const webhook = found(simulation.state.webhooks.get(params.id), 'webhook')
    const acknowledged = await simulation.webhooks.attempt(webhook)
    return { ...viewOf(webhook), acknowledged }
  },
})

const change = z.strictObject({
  account_id: z.string(),
  phone_number_id: z.string().optional(),
  field: z.string().min(1).max(100),
  value: z.record(z.string(), z.unknown()),
  time: z.number().int().nullable().optional().describe('Unix seconds; default: now; null for none'),
})

export const sendWebhook = defineRoute({
  method: 'POST',
  path: '/webhooks',
  summary: 'Tells the business anything: any field, any value, signed and repeated as every webhook',
  body: change,
  status: 201,
  answers: '`{delivered}`: whether the first attempt was acknowledged',
  async handle(simulation, { body }) {
    const { account_id, phone_number_id, field, value, time } = body
    if (!simulation.state.accounts.has(account_id)) {
      throw new ControlError(400, 'account_id: no account has this id', { field: 'account_id' })
    }
    const told = time === undefined ? seconds(simulation.now()) : time
    const delivered = await simulation.changes.tell({
      account_id,
      ...(phone_number_id === undefined ? {} : { phone_number_id }),
      field,
      value,
      ...(told === null || field === 'messages' ? {} : { time: told }),
      summary: `a ${field} by hand`,
    })
    return { delivered }
  },
})

function viewOf({ body, badly_signed: _, ...rest }: Webhook) {
  return Object.assign(withIsoTimes(rest) as object, { body: JSON.parse(body) })
}
