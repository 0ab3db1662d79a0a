import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'

/** A request that has begun and is not answered. `since`: milliseconds on the monotonic clock. */
export type Unanswered = { request: FastifyRequest; reply: FastifyReply; since: number; bytesBefore: number }

/** The requests of a gateway that are under way, so that slow ones can be ended and a stop can wait for the rest. */
export type Requests = {
  /** Follows everything that reaches `app`. Must come before its routes. */
  follow(app: FastifyInstance): void
  unanswered(): Iterable<Unanswered>
  /** Resolves when every answer has been handed over and no handler runs, also of clients that have hung up. */
  idle(): Promise<void>
}

/** Requests that come after `stopping` are not followed: they are refused, and nobody waits for that. */
export function createRequests(stopping: AbortSignal): Requests {
  const unanswered = new Map<FastifyRequest, Unanswered>()
  const waiting: Array<() => void> = []
  let handlers = 0

  function ended(): void {
    if (handlers > 0 || unanswered.size > 0) return
    for (const tell of waiting.splice(0)) tell()
  }

  return {
    unanswered: () => unanswered.values(),
    idle() {
      return new Promise((resolve) => {
        waiting.push(resolve)
        ended()
      })
    },
    follow(app) {
      app.addHook('onRequest', (request, reply, done) => {
        if (!stopping.aborted) {
          const { bytesRead } = request.raw.socket
          unanswered.set(request, { request, reply, since: performance.now(), bytesBefore: bytesRead })
          reply.raw.once('close', () => {
            unanswered.delete(request)
            ended()
          })
        }
        done()
      })
      // A client that hangs up does not end the handler: a send is brought to its end all the same.
      app.addHook('onRoute', (route) => {
        const { handler } = route
        route.handler = async function followed(request, reply) {
          handlers += 1
          try {
            return await handler.call(this, request, reply)
          } finally {
            handlers -= 1
            ended()
          }
        }
      })
    },
  }
}

/** Answers a request in place of its handler, which may be waiting for a body, and closes the connection. */
export function refuse({ request, reply }: Unanswered, error: ApiError): void {
  if (reply.sent || reply.raw.headersSent) return
  // Node leaves a body that was answered before its end neither ended nor failed, and its reader waiting.
  request.raw.socket.once('close', () => request.raw.destroy(error))
  reply.header('connection', 'close').send(error)
}

/** The refusal of everything that comes while the gateway stops. Another instance may take it: nothing was begun. */
export function stoppingError(): ApiError {
  return new ApiError('unavailable', 'This gateway is stopping. Try again shortly.', {
    headers: { 'retry-after': '1', connection: 'close' },
  })
}
