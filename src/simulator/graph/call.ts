import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { Token } from '../state.ts'

/** One request to the Graph surface, past its token. */
export type GraphCall = {
  simulation: Simulation
  request: FastifyRequest
  reply: FastifyReply
  /** Upper case. */
  method: string
  /** As in `facebook-api-version`. */
  version: string
  token: Token
  query: URLSearchParams
  /** What follows the id in the path, without the edge's own name: `/{id}/message_qrdls/{code}`. */
  rest: string[]
  /** The body as an object: JSON, or a form; empty for what is neither. */
  body(): Record<string, unknown>
}

/** Meta rule: a scalar parameter stands in the query or in the body; a client chooses. The body wins. */
export function parametersOf({ query, body }: GraphCall): Record<string, unknown> {
  const { access_token: _, ...parameters } = Object.fromEntries(query)
  return { ...parameters, ...body() }
}
