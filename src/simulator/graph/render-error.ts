import type { FastifyError, FastifyReply } from 'fastify'
import { GraphError } from '../graph-error.ts'
import type { Simulation } from '../simulation.ts'
import { warn } from '../warn.ts'
import { DEFAULT_VERSION, writeHeaders } from './headers.ts'

/** Every failure of the Graph surface in Meta's envelope. */
export function renderError(simulation: Simulation, thrown: unknown, reply: FastifyReply): FastifyReply {
  const error = asGraphError(thrown)
  if (!reply.hasHeader('facebook-api-version')) writeHeaders(simulation, reply, DEFAULT_VERSION)
  if (error.status === 401) {
    const kind = error.error.code === 104 ? 'invalid_request' : 'invalid_token'
    reply.header('www-authenticate', `OAuth "Facebook Platform" "${kind}" "${error.message}"`)
  }
  return reply
    .code(error.status)
    .send({ ...error.beside, error: { ...error.error, fbtrace_id: simulation.ids.trace() } })
}

function asGraphError(thrown: unknown): GraphError {
  if (thrown instanceof GraphError) return thrown
  const { statusCode = 500, message } = thrown as Partial<FastifyError>
  // Fastify's own refusals: a body too large, a content type that is none, a path that cannot be decoded.
  if (statusCode < 500) return new GraphError(400, { message: `(#100) ${message}`, code: 100 })
  // A mistake of the simulator's own; it must not pass for a refusal.
  warn(thrown)
  return new GraphError(500, { message: 'An unknown error occurred', code: 1, is_transient: false })
}
