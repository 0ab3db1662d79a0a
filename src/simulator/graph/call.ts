import type { FastifyReply, FastifyRequest } from 'fastify'
import { Param } from '../param.ts'
import type { Simulation } from '../simulation.ts'
import type { Token } from '../state.ts'
import { readScalars } from './request-body.ts'

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

/** A call that asks for no token. */
export type OpenCall = Omit<GraphCall, 'token'>

/** Meta rule: a scalar parameter stands in the query or in the body; a client chooses. The body wins. */
export function parametersOf({ query, body }: Pick<GraphCall, 'query' | 'body'>): Record<string, unknown> {
  const { access_token: _, ...parameters } = readScalars(query)
  return { ...parameters, ...body() }
}

/** The same, to be read one by one. */
export function frameOf(call: Pick<GraphCall, 'query' | 'body' | 'simulation'>): Param {
  return new Param(parametersOf(call), '', call.simulation.settings.switches)
}
