import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { updatePhoneNumber } from '../store/commands/phone-numbers.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'

const switches = z.object({
  trace_sends: z
    .boolean()
    .describe('Our send id goes up with every message, so that a status can end a doubt about it.'),
  hold_twins: z
    .boolean()
    .describe('An identical send without a key is held back while the other is under way or in doubt.'),
})

const phoneNumber = switches.extend({ phone_number_id: z.string() }).meta({ id: 'PhoneNumberSwitches' })

const show = (row: PhoneNumberRow): z.output<typeof phoneNumber> => ({
  phone_number_id: row.phone_number_id,
  trace_sends: row.trace_sends === 1,
  hold_twins: row.hold_twins === 1,
})

/** `/fairlead/v1/phone_numbers/{phone_number_id}`: the switches of a number that Kapso's API does not have. */
export function phoneNumberSwitchRoutes(plain: FastifyInstance, context: Context): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const params = z.object({ phone_number_id: z.string() })
  const response = { 200: z.object({ data: phoneNumber }) }

  app.get(
    '/phone_numbers/:phone_number_id',
    { schema: { summary: "Get a number's switches", params, response } },
    async (request) => ({ data: show(await find(context, request, request.params.phone_number_id)) }),
  )

  app.patch(
    '/phone_numbers/:phone_number_id',
    {
      schema: {
        summary: "Change a number's switches",
        params,
        body: z.strictObject(switches.partial().shape),
        response,
      },
    },
    async (request) => {
      const { project_id, id, phone_number_id, ...row } = await find(context, request, request.params.phone_number_id)
      const { trace_sends = row.trace_sends === 1, hold_twins = row.hold_twins === 1 } = request.body
      const set = { trace_sends: trace_sends ? 1 : 0, hold_twins: hold_twins ? 1 : 0 } as const
      const changed = await context.store.write(updatePhoneNumber, { project_id, id, set })
      context.numbers.forget(phone_number_id)
      return { data: show(changed) }
    },
  )
}

/** An admin key may see every number. @throws ApiError not_found, also for a number that the caller may not use */
async function find({ store }: Context, { caller }: FastifyRequest, phone_number_id: string): Promise<PhoneNumberRow> {
  const row = await phoneNumbers.byPhoneNumberId(store.db, phone_number_id)
  const may =
    caller?.kind === 'admin' ||
    (row && caller?.project_id === row.project_id && (caller.only === null || caller.only === row.id))
  if (!row || !may) throw new ApiError('not_found', 'Phone number not found')
  return row
}
