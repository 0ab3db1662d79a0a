import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { isoMicros } from '../lib/clock.ts'
import { rowOfUuid } from '../lib/ids.ts'
import { jsonObject } from '../lib/json-object.ts'
import { abandon, resend } from '../sending/resolve.ts'
import * as doubts from '../store/doubts.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import * as projects from '../store/projects.ts'
import * as sends from '../store/sends.ts'
import type { PhoneNumberRow, SendRow } from '../store/tables.ts'

const nullableText = z.string().nullable()

/** A send, as its sender may ask for it. `state` is what is known of it, `resolution` what ended a doubt about it. */
const send = z
  .object({
    id: z.string(),
    phone_number_id: nullableText,
    recipient: nullableText,
    type: z.string(),
    state: z.enum(['intent', 'accepted', 'rejected', 'not_sent', 'in_doubt', 'unresolved']),
    message_id: nullableText,
    http_status: z.number().nullable(),
    error: z.unknown(),
    idempotency_key: nullableText,
    traceable: z.boolean(),
    resolution: z.enum(['status', 'resend', 'abandon', 'deadline']).nullable(),
    resend_of: nullableText,
    resends: z.array(z.string()),
    created_at: z.string(),
    settled_at: nullableText,
  })
  .meta({ id: 'Send' })

const listQuery = z.object({
  state: z.enum(['in_doubt', 'unresolved']).optional(),
  decided: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true')
    .describe('Also those that somebody has decided about.'),
  phone_number_id: z.string().optional(),
  after: z.string().optional(),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .transform((size) => Math.min(size, 100)),
  project: z.string().optional(),
})

/** `/fairlead/v1/sends`: what became of sends, and decisions about those that nobody knows of. */
export function sendRoutes(plain: FastifyInstance, context: Context): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const { db } = context.store

  app.get(
    '/sends',
    {
      schema: {
        summary: 'List sends whose outcome is not known',
        querystring: listQuery,
        response: { 200: z.object({ data: z.array(send), next: nullableText }) },
      },
    },
    async (request) => {
      const { state, decided, phone_number_id, after, limit, project } = request.query
      const project_id = await projectToList(context, request, project)
      const numbers = await phoneNumbers.ofProject(context.store.db, project_id)
      const named =
        phone_number_id === undefined ? undefined : numbers.find((row) => row.phone_number_id === phone_number_id)
      if (phone_number_id !== undefined && !named) throw new ApiError('not_found', 'Phone number not found')
      const before = after === undefined ? undefined : rowOfUuid(after)
      if (before === null) throw new ApiError('bad_request', 'after must be the id of a send')
      const only = onlyNumber(request)
      const rows = await doubts.page(db, project_id, {
        state,
        decided,
        phone_number: named?.id ?? only,
        before,
        limit: limit + 1,
      })
      const page = rows.slice(0, limit)
      const data = await Promise.all(page.map((row) => show(context, row, numbers)))
      return { data, next: rows.length > limit ? (page.at(-1)?.uuid ?? null) : null }
    },
  )

  app.get(
    '/sends/:id',
    {
      schema: {
        summary: 'Get a send',
        params: z.object({ id: z.string() }),
        response: { 200: z.object({ data: send }) },
      },
    },
    async (request) => {
      const { row, numbers } = await find(context, request, request.params.id)
      return { data: await show(context, row, numbers) }
    },
  )

  app.post(
    '/sends/:id/resolve',
    {
      schema: {
        summary: 'Decide about a send whose outcome is not known',
        description:
          'resend: send it again, at the risk that the customer gets it twice. abandon: nothing waits for it any longer.',
        params: z.object({ id: z.string() }),
        body: z.object({ resolve: z.enum(['resend', 'abandon']) }),
        response: { 200: z.object({ data: send, resend: send.nullable() }) },
      },
    },
    async (request) => {
      const { row, numbers } = await find(context, request, request.params.id)
      const again = request.body.resolve === 'resend' ? await sendAgain(context, row, numbers) : null
      if (!again) await abandon(context, row)
      const decided = (await sends.byId(db, row.project_id, row.id)) ?? row
      return {
        data: await show(context, decided, numbers),
        resend: again && (await show(context, again, numbers)),
      }
    },
  )
}

async function sendAgain(context: Context, row: SendRow, numbers: PhoneNumberRow[]): Promise<SendRow> {
  const number = numbers.find((each) => each.id === row.phone_number)
  if (!number) throw new ApiError('conflict', 'The number that this was sent from is not connected any more.')
  const { uuid } = await resend(context, number, row)
  const again = await sends.byUuid(context.store.db, row.project_id, uuid)
  if (!again) throw new Error('a send that was just made is missing')
  return again
}

async function show(context: Context, row: SendRow, numbers: PhoneNumberRow[]): Promise<z.output<typeof send>> {
  const { db } = context.store
  const [original, resends] = await Promise.all([
    row.resend_of === null ? undefined : sends.byId(db, row.project_id, row.resend_of),
    sends.resendsOf(db, row),
  ])
  const answer = row.answer === null ? undefined : jsonObject(Buffer.from(row.answer))
  return {
    id: row.uuid,
    phone_number_id: numbers.find((number) => number.id === row.phone_number)?.phone_number_id ?? null,
    recipient: row.recipient,
    type: row.type,
    state: row.state,
    message_id: row.wamid,
    http_status: row.http_status,
    error: answer?.error ?? null,
    // Before the client's own key stand method and path.
    idempotency_key: row.idempotency_key?.replace(/^\S+ \S+ /, '') ?? null,
    traceable: row.traceable === 1,
    resolution: row.resolution,
    resend_of: original?.uuid ?? null,
    resends: resends.map(({ uuid }) => uuid),
    created_at: isoMicros(row.created_at),
    settled_at: row.settled_at === null ? null : isoMicros(row.settled_at),
  }
}

/** @throws ApiError not_found, also for a send of another project or of a number that the caller may not use */
async function find(
  context: Context,
  request: FastifyRequest,
  id: string,
): Promise<{ row: SendRow; numbers: PhoneNumberRow[] }> {
  const { db } = context.store
  const { caller } = request
  const candidates = caller?.kind === 'project' ? [caller.project_id] : (await projects.all(db)).map((each) => each.id)
  const only = onlyNumber(request)
  for (const project_id of candidates) {
    const row = await sends.byUuid(db, project_id, id)
    if (row && (only === undefined || row.phone_number === only)) {
      return { row, numbers: await phoneNumbers.ofProject(context.store.db, project_id) }
    }
  }
  throw new ApiError('not_found', 'No send has this id')
}

/** The row key of the one number that the caller may use, when it came with that number's own token. */
const onlyNumber = ({ caller }: FastifyRequest) =>
  caller?.kind === 'project' && caller.only !== null ? caller.only : undefined

/** A project's key lists its own; an admin key names the project. */
async function projectToList({ store }: Context, { caller }: FastifyRequest, name?: string): Promise<number> {
  if (caller?.kind === 'project') return caller.project_id
  const project = await projects.byNameOrId(store.db, name ?? projects.DEFAULT_PROJECT)
  if (!project) throw new ApiError('unprocessable', `No project is called ${name}`)
  return project.id
}
