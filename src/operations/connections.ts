import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { Limits } from './limits.ts'
import { refuse } from './requests.ts'

/** How long a refusal on the bare socket is left for its client to read, before the socket is closed. */
const LAST_WORD_MS = 1_000

/** What Node's server is told. Its strict parser answers conflicting lengths with an error, see `onClientError`. */
export const serverOptions = (limits: Limits) => ({
  headersTimeout: limits.headersMs,
  connectionsCheckingInterval: limits.checkMs,
  maxHeaderSize: limits.headerBytes,
  insecureHTTPParser: false,
})

/**
 * Ends clients that are too slow, and connections that are too many from one address. What a client waits for because
 * we are slow is never cut off: only what it owes us counts.
 */
export function guardConnections(app: FastifyInstance, context: Context, limits: Limits): void {
  const { server } = app
  const { requests, metrics } = context
  limitPerAddress(app, context, limits)

  // Node begins this anew with everything that moves on a socket, also part of an answer.
  server.timeout = limits.stuckMs
  server.on('timeout', (socket: Socket) => {
    const [unanswered] = of(requests.unanswered(), socket)
    // Nothing left to write: the client waits for us, or its body is slow, which is looked after below.
    if (unanswered && socket.writableLength === 0) return
    if (unanswered) metrics.refused('unread_answer')
    socket.destroy()
  })

  const sightings = new WeakMap<FastifyReply, Sighting>()
  const check = setInterval(() => {
    for (const each of requests.unanswered()) {
      if (!isTooSlow(each, limits, sightings)) continue
      metrics.refused('slow_body')
      refuse(each, new ApiError('request_timeout', 'The request body came too slowly.'))
    }
  }, limits.checkMs).unref()
  app.addHook('onClose', async () => clearInterval(check))
}

/** How far a body had come when it was first looked at. */
type Sighting = { ms: number; bytes: number }

function isTooSlow(reply: FastifyReply, limits: Limits, sightings: WeakMap<FastifyReply, Sighting>): boolean {
  const { raw, headers } = reply.request
  // What has come and is not read yet is our own delay.
  if (raw.complete || raw.readableLength > 0 || reply.raw.headersSent) return false
  const now = { ms: reply.elapsedTime, bytes: raw.socket.bytesRead }
  const first = sightings.get(reply)
  if (!first) sightings.set(reply, now)
  const ms = now.ms - (first ?? now).ms
  if (!first || ms < limits.bodyMs) return false
  if (!/^multipart\//i.test(headers['content-type'] ?? '')) return true
  return now.bytes - first.bytes < (ms / 1000) * limits.uploadBytesPerSecond
}

function limitPerAddress({ server }: FastifyInstance, { config, metrics }: Context, limits: Limits): void {
  const open = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    if (config.connectionsPerAddress === 0 || limits.uncounted(address)) return
    const count = (open.get(address) ?? 0) + 1
    open.set(address, count)
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1
      if (left === 0) open.delete(address)
      else open.set(address, left)
    })
    if (count <= config.connectionsPerAddress) return
    metrics.refused('too_many')
    socket.destroy()
  })
}

type ClientError = Error & { code?: string }

/**
 * What is no HTTP, or comes too slowly to be any: 400, 408 or 431, and the connection is closed, because nothing that
 * follows on it can be told apart from what was broken. Requests before it still get their answers first.
 */
export function onClientError(context: Context): (error: ClientError, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const refusal = asRefusal(error)
    context.metrics.refused(refusal.code === 'request_timeout' ? 'slow_head' : 'malformed')
    const before = of(context.requests.unanswered(), socket)
    const last = before.at(-1)
    if (!last) {
      socket.end(bareAnswer(refusal))
      setTimeout(() => socket.destroy(), LAST_WORD_MS).unref()
    } else if (!last.request.raw.complete) {
      refuse(last, refusal)
    } else if (!last.raw.headersSent) {
      last.header('connection', 'close')
    }
  }
}

function asRefusal({ code }: ClientError): ApiError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new ApiError('request_timeout', 'The head of the request came too slowly.')
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new ApiError('bad_request', 'The head of the request is too large.', { status: 431 })
  }
  return new ApiError('bad_request', 'This is not a well-formed HTTP request.')
}

function bareAnswer({ status, message }: ApiError): string {
  const body = JSON.stringify({ error: message })
  const head = [
    `HTTP/1.1 ${status} Refused`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

/** The requests on one socket, in their order, by their replies. */
const of = (replies: Iterable<FastifyReply>, socket: Socket) =>
  [...replies].filter(({ request }) => request.raw.socket === socket)
