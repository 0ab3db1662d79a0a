import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../lib/clock.ts'

/** How long an answer waits for the rest of a body that nobody wants. Milliseconds. */
const PATIENCE_MS = 1_000

/**
 * Whoever is refused in the middle of sending is heard out, so that the refusal can be read: a connection that is
 * closed on what is still coming is reset, and the answer is lost with it.
 */
export function hearOut(app: FastifyInstance, clock: Clock): void {
  // No promise: an answer that is not out when its handler ends is followed to its end by Fastify, which is dear.
  app.addHook('onSend', ({ raw }, reply, payload, done) => {
    if (reply.statusCode < 400 || raw.complete || raw.destroyed) return done(null, payload)
    rest(raw, clock).then(() => {
      // What ended the body may have been answered by its reader meanwhile.
      if (!reply.raw.headersSent) done(null, payload)
    })
  })
}

function rest(body: IncomingMessage, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.after(PATIENCE_MS, resolve)
    const end = () => {
      stop()
      resolve()
    }
    for (const event of ['end', 'close', 'error']) body.once(event, end)
    body.resume()
  })
}
