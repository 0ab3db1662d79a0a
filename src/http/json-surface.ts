import type { FastifyInstance, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Caller } from '../access/authenticate.ts'
import type { Context } from '../context.ts'
import { ApiError, flatBody } from '../errors.ts'
import { admit } from './admit.ts'
import { asApiError } from './as-api-error.ts'

/** What the JSON surfaces (Kapso's and ours) have in common: schemas on the routes, a key first, flat refusals. */
export function jsonSurface(app: FastifyInstance, context: Context): void {
  app.decorateRequest('caller', null)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.addHook('onRequest', async (request, reply) => {
    request.caller = await admit(context, request, reply)
  })
  // Scripts send a JSON content type also where there is no body.
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text: string, done) => {
    if (text.trim() === '') return done(null, undefined)
    try {
      done(null, JSON.parse(text))
    } catch {
      done(new ApiError('bad_request', 'The request body is not JSON.'))
    }
  })
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = hasZodFastifySchemaValidationErrors(error) ? invalid(error) : asApiError(error, context)
    return reply
      .code(refusal.status)
      .headers(refusal.details.headers ?? {})
      .send(flatBody(refusal))
  })
}

type Invalid = { validation: Array<{ instancePath: string; message?: string }> }

function invalid({ validation }: Invalid): ApiError {
  const problems = validation.map(({ instancePath, message }) =>
    `${instancePath.slice(1).replaceAll('/', '.')} ${message ?? 'is not valid'}`.trim(),
  )
  return new ApiError('bad_request', problems.join(', '))
}

/** The project that a request is about. @throws ApiError forbidden for an admin key */
export function projectOf(request: FastifyRequest): { project_id: number; only: number | null } {
  const { caller } = request
  if (caller?.kind === 'project') return caller
  throw new ApiError('forbidden', "An admin key manages Fairlead. Use a project's key here.")
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
  }
}
