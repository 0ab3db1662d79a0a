import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { Account } from '../state.ts'

/** One request to the Graph surface, past its token. */
export type GraphCall = {
  simulation: Simulation
  request: FastifyRequest
  reply: FastifyReply
  /** Upper case. */
  method: string
  /** As in `facebook-api-version`. */
  version: string
  /** The accounts the token sees. */
  accounts: Account[]
  query: URLSearchParams
}
