import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { Agent } from 'undici'
import { type Clock, systemClock } from '../lib/clock.ts'
import { controlSurface } from './control/surface.ts'
import { graphSurface, renderError } from './graph/surface.ts'
import { createIdentifiers } from './identifiers.ts'
import { createMediaStore } from './media/store.ts'
import { seedState } from './seed-state.ts'
import type { Simulation } from './simulation.ts'
import { createWebhookSender } from './webhooks/sender.ts'
import { DEFAULT_TIMINGS, type Simulator, type SimulatorOptions } from './world.ts'

const BODY_LIMIT = 10 * 1024 * 1024
const DEFAULT_MESSAGE_LIMIT = 50_000
// Connection timeouts run on the machine's own time: a test that moves the clock by hours must not cut live sockets.
const ANSWER_TIMEOUT_MS = 20_000
const CONNECTIONS = 32

/** Starts a simulated Meta that knows `world`: Graph paths and the control API on one port. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0, clock = systemClock, random = randomBytes } = options
  const state = seedState(options.world, clock.now())
  const timers = trackTimers(clock)
  const ids = createIdentifiers(clock, random, (id) => state.objects.has(id))
  const http = new Agent({
    connections: CONNECTIONS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
  })
  let url = ''
  const simulation: Simulation = {
    clock,
    random,
    timings: { ...DEFAULT_TIMINGS, ...options.timings },
    fetchLinks: options.fetchLinks ?? false,
    messageLimit: options.messageLimit ?? DEFAULT_MESSAGE_LIMIT,
    linkCache: new Map(),
    state,
    ids,
    media: await createMediaStore(state, clock, ids),
    webhooks: createWebhookSender(state, clock, http, timers.after),
    http,
    url: () => url,
    after: timers.after,
  }
  const app = createServer(simulation, options.key)
  const close = async () => {
    timers.stop()
    simulation.webhooks.stop()
    await app.close()
    await http.destroy()
    await simulation.media.close()
  }
  try {
    await app.listen({ host, port })
  } catch (error) {
    await close()
    throw error
  }
  const address = app.server.address()
  const bound = typeof address === 'object' && address ? address.port : port
  url = options.publicUrl ?? `http://${reachable(host)}:${bound}`
  return { url, port: bound, close, [Symbol.asyncDispose]: close }
}

function createServer(simulation: Simulation, key: string): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    clientErrorHandler: (_error, socket) => refuseBytes(socket),
    frameworkErrors: (error, request, reply) => renderError(simulation, error, request, reply),
  })
  // Bodies stay bytes: each surface reads them by its own rules. Uploads stay streams.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null))
  app.register(async (scope) => controlSurface(scope, simulation, key), { prefix: '/simulator/v1' })
  graphSurface(app, simulation)
  return app
}

// Bytes that are no HTTP never become a request; they too get Meta's envelope rather than nothing.
function refuseBytes(socket: Socket): void {
  if (!socket.writable) return
  const body = JSON.stringify({ error: { message: 'Malformed request', type: 'OAuthException', code: 100 } })
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close'
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

/** Timers that can all be called off at once. */
function trackTimers(clock: Clock) {
  const pending = new Set<() => void>()
  let stopped = false
  return {
    after(ms: number, task: () => void): void {
      if (stopped) return
      const cancel = clock.after(ms, () => {
        pending.delete(cancel)
        task()
      })
      pending.add(cancel)
    },
    stop(): void {
      stopped = true
      for (const cancel of pending) cancel()
      pending.clear()
    },
  }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
