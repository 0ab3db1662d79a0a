import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ApiError } from '../errors.ts'

/** The requests of a gateway that are under way, so that slow ones can be ended and a stop can wait for the rest. */
export type Requests = {
  /** Follows everything that reaches `app`. Must come before its routes. */
  follow(app: FastifyInstance): void
  /** Those that have begun and are not answered, by their replies. */
  unanswered(): Iterable<FastifyReply>
  /** Resolves when every answer has been handed over and no handler runs, also of clients that have hung up. */
  idle(): Promise<void>
}

/** Requests that come after `stopping` are not followed: they are refused, and nobody waits for that. */
export function createRequests(stopping: AbortSignal): Requests {
  const unanswered = new Map<ServerResponse, FastifyReply>()
  const waiting: Array<() => void> = []
  let handlers = 0

  function ended(): void {
    if (handlers > 0 || unanswered.size > 0) return
    for (const tell of waiting.splice(0)) tell()
  }

  // One function for all, because this is on the way of every request.
  function closed(this: ServerResponse): void {
    unanswered.delete(this)
    ended()
  }

  function handled(): void {
    handlers -= 1
    ended()
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
      app.addHook('onRequest', (_request, reply, done) => {
        if (!stopping.aborted) {
          unanswered.set(reply.raw, reply)
          reply.raw.on('close', closed)
        }
        done()
      })
      // A client that hangs up does not end the handler: a send is brought to its end all the same.
      app.addHook('onRoute', (route) => {
        const { handler } = route
        route.handler = function followed(request, reply) {
          const result = handler.call(this, request, reply)
          if (result instanceof Promise) {
            handlers += 1
            result.then(handled, handled)
          }
          return result
        }
      })
    },
  }
}

/** Each refusal more would be worded by the next error handler further out, and the last one is Fastify's own. */
const refused = new WeakSet<FastifyReply>()

/** Answers a request in place of its handler, which may be waiting for a body, and closes the connection. */
export function refuse(reply: FastifyReply, error: ApiError): void {
  if (reply.sent || reply.raw.headersSent || refused.has(reply)) return
  refused.add(reply)
  // Node leaves a body that was answered before its end neither ended nor failed, and its reader waiting.
  const { raw } = reply.request
  raw.socket.once('close', () => raw.destroy(error))
  reply.header('connection', 'close').send(error)
}

/** The refusal of everything that comes while the gateway stops. Another instance may take it: nothing was begun. */
export function stoppingError(): ApiError {
  return new ApiError('unavailable', 'This gateway is stopping. Try again shortly.', {
    headers: { 'retry-after': '1', connection: 'close' },
  })
}
