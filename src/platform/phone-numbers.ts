import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { connectNumber } from '../access/connect-number.ts'
import { updateNumber } from '../access/update-number.ts'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { projectOf } from '../http/json-surface.ts'
import { isoMicros } from '../lib/clock.ts'
import { deletePhoneNumber } from '../store/commands/phone-numbers.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { pageMeta, pageOf, pageQuery } from './page.ts'
import { wrapper } from './wrapper.ts'

const nullableText = z.string().nullable()

/** A connected number, as Kapso shows one. Tokens are write-only. */
const phoneNumber = z
  .object({
    id: z.string(),
    internal_id: z.string(),
    phone_number_id: z.string(),
    name: z.string(),
    kind: z.enum(['production', 'sandbox']),
    business_account_id: z.string(),
    customer_id: nullableText,
    is_coexistence: z.boolean(),
    inbound_processing_enabled: z.boolean(),
    calls_enabled: z.boolean(),
    webhook_verified_at: nullableText,
    created_at: z.string(),
    updated_at: z.string(),
    display_name: nullableText,
    display_phone_number: nullableText,
    display_phone_number_normalized: nullableText,
    verified_name: nullableText,
    quality_rating: nullableText,
    code_verification_status: nullableText,
    name_status: nullableText,
    status: nullableText,
    throughput_tier: nullableText,
    whatsapp_business_manager_messaging_limit: z.union([z.string(), z.number()]).nullable(),
    is_official_business_account: z.boolean().nullable(),
    is_pin_enabled: z.boolean().nullable(),
  })
  .meta({ id: 'PhoneNumber' })

/** What Meta tells of a number; a field that it left out is null. */
const details = z.object({
  display_phone_number: nullableText.catch(null),
  verified_name: nullableText.catch(null),
  quality_rating: nullableText.catch(null),
  code_verification_status: nullableText.catch(null),
  name_status: nullableText.catch(null),
  status: nullableText.catch(null),
  whatsapp_business_manager_messaging_limit: z.union([z.string(), z.number()]).nullable().catch(null),
  is_official_business_account: z.boolean().nullable().catch(null),
  is_pin_enabled: z.boolean().nullable().catch(null),
})

function showPhoneNumber(row: PhoneNumberRow): z.output<typeof phoneNumber> {
  const known = details.parse(JSON.parse(row.details))
  const iso = (at: number | null) => (at === null ? null : isoMicros(at))
  return {
    id: row.phone_number_id,
    internal_id: row.uuid,
    phone_number_id: row.phone_number_id,
    name: row.name,
    kind: row.kind,
    business_account_id: row.business_account_id,
    customer_id: row.customer_id,
    is_coexistence: row.is_coexistence === 1,
    inbound_processing_enabled: row.inbound_processing_enabled === 1,
    calls_enabled: row.calls_enabled === 1,
    webhook_verified_at: iso(row.webhook_verified_at),
    created_at: isoMicros(row.created_at),
    updated_at: isoMicros(row.updated_at),
    display_name: row.name,
    display_phone_number_normalized: known.display_phone_number?.replace(/\D/g, '') ?? null,
    throughput_tier: null,
    ...known,
  }
}

const named = z.object({ phone_number_id: z.string() })

const flag = z.enum(['true', 'false']).transform((value) => value === 'true')
const time = z.iso
  .datetime({ offset: true })
  .or(z.iso.date())
  .transform((text) => Date.parse(text) * 1000)

const listQuery = z.object({
  ...pageQuery,
  phone_number_id: z.string().optional(),
  business_account_id: z.string().optional(),
  customer_id: z.string().optional(),
  messaging_enabled: flag.optional(),
  name_contains: z.string().max(255).optional(),
  created_after: time.optional(),
  created_before: time.optional(),
})

const digits = z.string().regex(/^\d{5,20}$/, "must be Meta's numeric id")

/** What cannot stand in a header is no token, and every request with it would fail. */
const token = z
  .string()
  .min(1)
  .max(2048)
  .regex(/^[\x21-\x7e]*$/, 'must be a token as Meta gives it')

const changeable = {
  name: z.string().min(1).max(255),
  business_account_id: digits,
  access_token: token,
  inbound_processing_enabled: z.boolean(),
  calls_enabled: z.boolean(),
}

const newPhoneNumber = z.object({
  whatsapp_phone_number: z.object({
    ...changeable,
    phone_number_id: digits,
    kind: z.enum(['production', 'sandbox']).default('production'),
    inbound_processing_enabled: changeable.inbound_processing_enabled.default(true),
    calls_enabled: changeable.calls_enabled.default(false),
  }),
})

/** Which number it is cannot be changed; naming it is allowed, as long as it is the same. */
const phoneNumberChange = z.object({
  whatsapp_phone_number: z.object({ ...changeable, phone_number_id: digits }).partial(),
})

/** `/platform/v1/whatsapp/phone_numbers` */
export function phoneNumberRoutes(plain: FastifyInstance, context: Context): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const { store, numbers, publicUrl } = context

  app.get(
    '/whatsapp/phone_numbers',
    {
      schema: {
        summary: 'List phone numbers',
        querystring: listQuery,
        response: { 200: z.object({ data: z.array(phoneNumber), meta: pageMeta }) },
      },
    },
    async (request, reply) => {
      const { page, per_page, ...filter } = request.query
      const { project_id, only } = projectOf(request)
      const { rows, total } = await phoneNumbers.page(store.db, project_id, { ...filter, only }, { page, per_page })
      const meta = pageOf(request, reply, publicUrl(), { page, per_page, total })
      return { data: rows.map(showPhoneNumber), meta }
    },
  )

  // Kapso connects numbers of customers only; without customers this is the way in (ours).
  app.post(
    '/whatsapp/phone_numbers',
    {
      preValidation: wrapper('whatsapp_phone_number'),
      schema: {
        summary: 'Connect a phone number',
        body: newPhoneNumber,
        response: { 201: z.object({ data: phoneNumber, warnings: z.array(z.string()) }) },
      },
    },
    async (request, reply) => {
      const { project_id } = projectOf(request)
      const number = { ...request.body.whatsapp_phone_number, simulated: false }
      const { row, warnings } = await connectNumber(context, project_id, number)
      return reply.code(201).send({ data: showPhoneNumber(row), warnings })
    },
  )

  app.get(
    '/whatsapp/phone_numbers/:phone_number_id',
    {
      schema: {
        summary: 'Get a phone number',
        params: named,
        response: { 200: z.object({ data: phoneNumber }) },
      },
    },
    async (request) => ({ data: showPhoneNumber(await find(context, request, request.params)) }),
  )

  app.patch(
    '/whatsapp/phone_numbers/:phone_number_id',
    {
      preValidation: wrapper('whatsapp_phone_number'),
      schema: {
        summary: 'Change a phone number',
        params: named,
        body: phoneNumberChange,
        response: { 200: z.object({ data: phoneNumber, warnings: z.array(z.string()) }) },
      },
    },
    async (request) => {
      const before = await find(context, request, request.params)
      const { phone_number_id, ...change } = request.body.whatsapp_phone_number
      if (phone_number_id !== undefined && phone_number_id !== before.phone_number_id) {
        throw new ApiError('unprocessable', 'phone_number_id cannot be changed: connect the other number instead')
      }
      const { row, warnings } = await updateNumber(context, before, change)
      return { data: showPhoneNumber(row), warnings }
    },
  )

  app.delete(
    '/whatsapp/phone_numbers/:phone_number_id',
    { schema: { summary: 'Disconnect a phone number', params: named } },
    async (request, reply) => {
      const { project_id, id, phone_number_id } = await find(context, request, request.params)
      await store.write(deletePhoneNumber, { project_id, id })
      numbers.forget(phone_number_id)
      return reply.code(204).send()
    },
  )
}

/** @throws ApiError not_found, also for a number that this caller may not use */
async function find(
  { store }: Context,
  request: FastifyRequest,
  { phone_number_id: wanted }: z.output<typeof named>,
): Promise<PhoneNumberRow> {
  const { project_id, only } = projectOf(request)
  // Kapso's own id of the number is accepted where Meta's is meant.
  const rows = await phoneNumbers.ofProject(store.db, project_id)
  const row = rows.find((number) => number.phone_number_id === wanted || number.uuid === wanted)
  if (!row || (only !== null && only !== row.id)) throw new ApiError('not_found', 'Phone number not found')
  return row
}
