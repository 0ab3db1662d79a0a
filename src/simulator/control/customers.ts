import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Simulation } from '../simulation.ts'
import type { Customer } from '../state.ts'
import { customerWrites, inboundMessage } from '../writing/customer-writes.ts'
import { ControlError, parseWith } from './error.ts'
import { phoneView } from './phone-view.ts'

const digits = z.object({ wa_id: z.string().regex(/^\d{7,15}$/, 'must be 7 to 15 digits') })
const BODY_LIMIT = 40 * 1024 * 1024

export function customerRoutes(app: FastifyInstance, simulation: Simulation): void {
  const { state } = simulation

  app.get('/customers', () => ({ data: [...state.customers.values()].map((customer) => summaryOf(customer)) }))

  app.post('/customers/:wa_id/messages', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
    const { wa_id } = parseWith(digits, request.params)
    const written = parseWith(inboundMessage, request.body)
    const object = state.objects.get(written.phone_number_id)
    if (object?.kind !== 'number') {
      const field = 'phone_number_id'
      throw new ControlError(400, 'phone_number_id: no business phone number has this id', { field })
    }
    const message = await customerWrites(simulation, object.number, wa_id, written)
    return reply.code(201).send(message)
  })

  app.get<{ Params: { wa_id: string } }>('/customers/:wa_id/messages', (request) => {
    const { phone_number_id } = parseWith(z.object({ phone_number_id: z.string().optional() }), request.query)
    const customer = state.customers.get(request.params.wa_id)
    if (!customer) throw new ControlError(404, 'No customer has this number.')
    return phoneView(simulation, customer, phone_number_id)
  })
}

function summaryOf(customer: Customer) {
  const windows = [...customer.windows].map(([phone_number_id, until]) => ({
    phone_number_id,
    open_until: new Date(until / 1000).toISOString(),
  }))
  return { wa_id: customer.wa_id, name: customer.name, windows, messages_count: customer.messages.size }
}
