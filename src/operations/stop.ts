import { finished } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { refuse, stoppingError } from './requests.ts'

/** How a gateway stops. Milliseconds, in real time. */
export type Patience = {
  /** How long nothing must have come before the door is closed, so that no request that is on its way is met by it. */
  lingerMs: number
  /** When what still waits for Meta is given up. Kubernetes and our compose file kill after 30 s and more. */
  patienceMs: number
}

export const untilSignalled: Patience = { lingerMs: 500, patienceMs: 24_000 }

/** For tests and for starts that fail: nobody is on the way to us. */
export const atOnce: Patience = { lingerMs: 0, patienceMs: 24_000 }

/** For what was given up to be stored and answered. */
const GIVEN_UP_MS = 3_000
/** Whoever keeps coming back without a pause, though told to go, does not hold up the end for longer. */
const LINGERING_MS = 2_000
/** For connections to take leave by themselves. */
const CLOSING_MS = 1_000
/** For a body that we refuse to be heard out: closed on before, its client might not see the refusal. */
const HEARING_OUT_MS = 3_000

/** While it stops, a gateway begins nothing: requests are refused, and every answer is the last on its connection. */
export function refuseWhileStopping(app: FastifyInstance, { stopping, metrics }: Context): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (!stopping.aborted || request.url.startsWith('/health/')) return done()
    metrics.refused('stopping')
    const heard = finished(request.raw.resume(), { writable: false, signal: AbortSignal.timeout(HEARING_OUT_MS) })
    const refuse = () => done(stoppingError())
    heard.then(refuse, refuse)
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    // Kept open, a connection that is being answered as we stop would hold up the end until its client closes it.
    if (stopping.aborted) reply.header('connection', 'close')
    done(null, payload)
  })
}

/**
 * Brings everything that has begun to its end, and closes the server. `stopping` has been aborted before. What waits for
 * Meta is given up after a while, or at once when `hurried` is aborted: such sends are in doubt, are stored as that, and
 * their clients are told. Bodies that are still on their way then are refused.
 */
export async function drain(
  app: FastifyInstance,
  { requests, graph, log }: Context,
  { lingerMs, patienceMs }: Patience,
  hurried: AbortSignal,
): Promise<void> {
  const over = new AbortController()
  const quiet = watchForQuiet(app, lingerMs)
  const idle = requests.idle().then(() => true)
  const outOfPatience = delay(patienceMs, false, { signal: AbortSignal.any([hurried, over.signal]) }).catch(() => false)
  const answered = await Promise.race([idle, outOfPatience])
  if (!answered) {
    log.warn('requests are still under way: what waits for Meta is given up')
    graph.abandon()
    for (const each of requests.unanswered()) if (!each.request.raw.complete) refuse(each, stoppingError())
    await Promise.race([idle, delay(GIVEN_UP_MS)])
  }
  over.abort()
  await quiet()

  const closed = app.close()
  await Promise.race([closed, delay(CLOSING_MS, undefined, { signal: ended(closed) }).catch(() => {})])
  app.server.closeAllConnections()
  await closed
}

/** Gives a function that waits until nothing has come for `lingerMs`: no connection, no request. */
function watchForQuiet({ server }: FastifyInstance, lingerMs: number): () => Promise<void> {
  let last = performance.now()
  const note = () => {
    last = performance.now()
  }
  server.on('connection', note).on('request', note)
  return async () => {
    // An answer that has just gone out may bring the next request.
    if (lingerMs > 0) note()
    const latest = performance.now() + LINGERING_MS
    for (;;) {
      const now = performance.now()
      if (now - last >= lingerMs || now >= latest) return
      await delay(last + lingerMs - now)
    }
  }
}

/** Aborted when `work` has ended, so that no timer outlives what it watched. */
function ended(work: PromiseLike<unknown>): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort()
  work.then(abort, abort)
  return controller.signal
}
