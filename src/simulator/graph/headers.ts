import type { FastifyReply } from 'fastify'
import type { Simulation } from '../simulation.ts'

/** Served when the path names no version; stands for "the oldest one the app can use". */
export const DEFAULT_VERSION = 'v24.0'

/** The headers of every answer of Graph. */
export function writeHeaders(simulation: Simulation, reply: FastifyReply, version: string): void {
  const trace = simulation.ids.trace()
  reply.headers({
    'facebook-api-version': version,
    'x-fb-request-id': trace,
    'x-fb-trace-id': trace,
    'x-fb-rev': '1000000000',
    'x-fb-debug': trace,
    'strict-transport-security': 'max-age=15552000; preload',
    vary: 'Accept-Encoding',
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    pragma: 'no-cache',
    'access-control-allow-origin': '*',
  })
}
