import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { issueApiKey } from '../access/issue-api-key.ts'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { isoMicros } from '../lib/clock.ts'
import * as apiKeys from '../store/api-keys.ts'
import { revokeApiKey } from '../store/commands/api-keys.ts'
import * as projects from '../store/projects.ts'
import type { ApiKeyRow } from '../store/tables.ts'

const apiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(['project', 'admin']),
    prefix: z.string(),
    last4: z.string(),
    created_at: z.string(),
    last_used_at: z.string().nullable(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' })

/** Times are stored as microseconds, which are exact up to the year 2255. */
const expiry = z.iso
  .datetime({ offset: true })
  .refine((text) => Number.isSafeInteger(Date.parse(text) * 1000), 'lies too far away to be stored')

const show = (row: ApiKeyRow): z.output<typeof apiKey> => {
  const iso = (at: number | null) => (at === null ? null : isoMicros(at))
  return {
    id: row.uuid,
    name: row.name,
    kind: row.kind,
    prefix: row.prefix,
    last4: row.last4,
    created_at: isoMicros(row.created_at),
    last_used_at: iso(row.last_used_at),
    expires_at: iso(row.expires_at),
    revoked_at: iso(row.revoked_at),
  }
}

/** `/fairlead/v1/api_keys`, for admin keys. */
export function apiKeyRoutes(plain: FastifyInstance, context: Context): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()
  const { store, authenticator } = context

  app.post(
    '/api_keys',
    {
      schema: {
        summary: 'Create an API key',
        body: z.object({
          name: z.string().min(1).max(100),
          kind: z.enum(['project', 'admin']).default('project'),
          project: z.string().default(projects.DEFAULT_PROJECT),
          expires_at: expiry.optional(),
        }),
        response: { 201: z.object({ data: apiKey.extend({ key: z.string() }) }) },
      },
    },
    async (request, reply) => {
      refuseUnlessAdmin(request)
      const { name, kind, project, expires_at } = request.body
      const found = await projects.byNameOrId(store.db, project)
      if (!found) throw new ApiError('unprocessable', `No project is called ${project}`)
      const { row, key } = await issueApiKey(
        context,
        {
          project_id: kind === 'admin' ? null : found.id,
          kind,
          name,
          expires_at: expires_at === undefined ? null : Date.parse(expires_at) * 1000,
        },
        'live',
      )
      return reply.code(201).send({ data: { ...show(row), key } })
    },
  )

  app.get(
    '/api_keys',
    { schema: { summary: 'List API keys', response: { 200: z.object({ data: z.array(apiKey) }) } } },
    async (request) => {
      refuseUnlessAdmin(request)
      return { data: (await apiKeys.list(store.db)).map(show) }
    },
  )

  app.delete(
    '/api_keys/:id',
    { schema: { summary: 'Revoke an API key', params: z.object({ id: z.string() }) } },
    async (request, reply) => {
      refuseUnlessAdmin(request)
      const digest = await store.write(revokeApiKey, { uuid: request.params.id })
      if (digest === null) throw new ApiError('not_found', 'No live key has this id')
      authenticator.forget(digest)
      return reply.code(204).send()
    },
  )
}

function refuseUnlessAdmin(request: FastifyRequest): void {
  if (request.caller?.kind !== 'admin') throw new ApiError('forbidden', 'Only an admin key may manage keys.')
}
