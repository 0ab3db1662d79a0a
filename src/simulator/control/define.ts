import type { FastifyReply } from 'fastify'
import type { z } from 'zod'
import type { Simulation } from '../simulation.ts'

type Schema = z.ZodType | undefined
type Read<S extends Schema> = S extends z.ZodType ? z.output<S> : undefined

/** One call of the control API: its file says what it does, `index.ts` names it, the OpenAPI document follows. */
export type ControlRoute = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/customers/{wa_id}` */
  path: string
  /** One line. */
  summary: string
  params?: z.ZodType
  query?: z.ZodType
  body?: z.ZodType
  /** What is answered, for the document. */
  answers: string
  /** Default 200. */
  status?: 200 | 201
  /** The largest body, in bytes. */
  bodyLimit?: number
  /** Answers without a key. */
  open?: boolean
  handle(simulation: Simulation, given: never, reply: FastifyReply): unknown
}

/** A route whose handler gets what its schemas have read. */
export function defineRoute<P extends Schema = undefined, Q extends Schema = undefined, B extends Schema = undefined>(
  route: Omit<ControlRoute, 'params' | 'query' | 'body' | 'handle'> & {
    params?: P
    query?: Q
    body?: B
    handle(
      simulation: Simulation,
      given: { params: Read<P>; query: Read<Q>; body: Read<B> },
      reply: FastifyReply,
    ): unknown
  },
): ControlRoute {
  return route as ControlRoute
}
