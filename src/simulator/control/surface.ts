import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import { isTooDeep } from '../too-deep.ts'
import { warn } from '../warn.ts'
import type { ControlRoute } from './define.ts'
import { ControlError, parseWith } from './error.ts'
import { controlRoutes } from './index.ts'
import { controlDocument } from './openapi.ts'

/** The control API: what a person or a test does to the simulated world. `key`: its X-API-Key. */
export function controlSurface(app: FastifyInstance, simulation: Simulation, key: string): void {
  app.setErrorHandler((error: FastifyError | ControlError, _request, reply) => renderControlError(error, reply))
  app.addHook('onRequest', async (request) => {
    if (!isLoopback(request.socket.remoteAddress ?? '')) {
      throw new ControlError(403, 'The control API answers on this machine only.')
    }
    if (request.routeOptions.config.open) return
    if (!sameKey(request.headers['x-api-key'], key)) throw new ControlError(401, 'The X-API-Key is missing or wrong.')
  })
  for (const route of controlRoutes) addRoute(app, simulation, route)
  app.get('/openapi.json', { config: { open: true } }, () => controlDocument())
  app.all('/*', () => {
    throw new ControlError(404, 'Nothing is here. GET /simulator/v1/openapi.json lists what is.')
  })
}

function addRoute(app: FastifyInstance, simulation: Simulation, route: ControlRoute): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    config: { open: route.open === true },
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    handler: async (request, reply) => {
      const given = {
        params: route.params && parseWith(route.params, request.params),
        query: route.query && parseWith(route.query, request.query),
        body: route.body && parseWith(route.body, readJson(request)),
      }
      if (route.status) reply.code(route.status)
      // Never `undefined`, which Fastify would take for an answer still to come.
      return (await route.handle(simulation, given as never, reply)) ?? reply
    },
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a key. */
    open?: boolean
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
}

// Digests have one length, so that comparing takes the same time whatever was sent.
function sameKey(given: string | string[] | undefined, key: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(String(given ?? '')), digest(key)) && given !== undefined
}

function readJson(request: FastifyRequest): unknown {
  if (!Buffer.isBuffer(request.body) || request.body.length === 0) return undefined
  let body: unknown
  try {
    body = JSON.parse(request.body.toString('utf8'))
  } catch {
    throw new ControlError(400, 'The body is not JSON.', { field: 'body' })
  }
  if (isTooDeep(body)) throw new ControlError(400, 'The body is nested too deeply.', { field: 'body' })
  return body
}

export function renderControlError(error: FastifyError | ControlError, reply: FastifyReply): FastifyReply {
  if (error instanceof ControlError) {
    return reply.code(error.status).send({ error: { message: error.message, ...error.more } })
  }
  const { statusCode = 500 } = error
  if (statusCode < 500) return reply.code(statusCode).send({ error: { message: error.message } })
  warn(error)
  return reply.code(500).send({ error: { message: 'The simulator made a mistake.' } })
}
