import { z } from 'zod'
import { numberNamed, wa_id } from './customers.ts'
import { defineRoute } from './define.ts'

const storm = z
  .strictObject({
    phone_number_id: z.string(),
    messages: z.number().int().min(1).max(100_000),
    customers: z.number().int().min(1).max(100_000).default(1),
    within_ms: z.number().int().min(0).max(86_400_000).default(1000),
    first_wa_id: wa_id.default('15550100000').describe('The others count on from it, in as many digits'),
    text: z.string().min(1).max(4096).default('Storm').describe('Each message adds its own number'),
  })
  .refine(({ first_wa_id, customers }) => countOn(first_wa_id, customers).length === first_wa_id.length, {
    path: ['first_wa_id'],
    message: 'leaves no room for so many customers',
  })

export const startStorm = defineRoute({
  method: 'POST',
  path: '/storms',
  summary: 'Many customers write many messages within a time, each at its own moment, by the seed',
  body: storm,
  status: 201,
  answers: '`{messages}`: how many will be written',
  handle(simulation, { body }) {
    const number = numberNamed(simulation, body.phone_number_id)
    const random = simulation.random('storms')
    for (let index = 0; index < body.messages; index += 1) {
      const after = (random(4).readUInt32BE() / 2 ** 32) * body.within_ms
      const from = countOn(body.first_wa_id, index % body.customers)
      simulation.after(after, {
        do: 'write',
        phone_number_id: number.id,
        wa_id: from,
        written: { phone_number_id: number.id, type: 'text', content: { body: `${body.text} ${index + 1}` } },
      })
    }
    return { messages: body.messages }
  },
})

function countOn(first: string, by: number): string {
  return String(BigInt(first) + BigInt(by)).padStart(first.length, '0')
}
