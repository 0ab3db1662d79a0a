import type { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../lib/clock.ts'

/** A request to the Graph API. `path` starts with the version and holds the query: `/v24.0/123/messages?limit=5`. */
export type GraphRequest = {
  origin: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  accessToken: string
  /** Sent with its content type, byte for byte. A stream comes with its length in bytes. */
  body?: { contentType: string } & ({ bytes: Buffer } | { bytes: Readable; length: number })
  /** Instead of 35 s for the whole request. */
  timeoutMs?: number
}

/**
 * What came of a request. `not_sent`: no byte of it can have reached Meta. `lost`: bytes went out and no answer that
 * can be used came back, so nobody knows.
 */
export type GraphOutcome =
  | GraphAnswer
  | { kind: 'not_sent'; timeout: boolean; reason: string }
  | { kind: 'lost'; timeout: boolean; reason: string }

export type GraphAnswer = { kind: 'answered'; status: number; headers: Record<string, string>; body: Buffer }

export type Graph = {
  request(request: GraphRequest): Promise<GraphOutcome>
  /** The same connections, for what is streamed. */
  dispatcher: Dispatcher
  /** Ends every request that is under way, as one that ran out of time; new ones do not go out any more. */
  abandon(): void
  close(): Promise<void>
}

/** A number's requests to Meta must be finished within 35 s, of which 5 may go to connecting, 30 to the first byte. */
const CONNECT_MS = 5_000
const FIRST_BYTE_MS = 30_000
const WHOLE_MS = 35_000
/** An answer larger than this is not one we asked for. Bytes. */
const ANSWER_LIMIT = 5 * 1024 * 1024

export const USER_AGENT = 'fairlead/0.1.0'

/** Failures of which it is certain that they came before the first byte. */
const BEFORE_FIRST_BYTE = /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/

/**
 * The one client to Meta. It never repeats a request, never follows a redirect and asks for no compression, so that
 * an answer is what Meta wrote.
 */
export function createGraph(clock: Clock, observe?: (outcome: GraphOutcome['kind'], ms: number) => void): Graph {
  let abandoned = false
  const agent = new Agent({
    connections: 256,
    pipelining: 1,
    // Shorter than Meta's own, so that we do not write into a connection that is being closed.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    headersTimeout: FIRST_BYTE_MS,
    bodyTimeout: FIRST_BYTE_MS,
    maxHeaderSize: 64 * 1024,
    connect: { timeout: CONNECT_MS },
  })

  function request({ origin, method, path, accessToken, body, timeoutMs }: GraphRequest): Promise<GraphOutcome> {
    return new Promise((resolve) => {
      let started = false
      let status = 0
      let headers: Record<string, string> = {}
      let size = 0
      const chunks: Buffer[] = []
      let abort: ((reason: Error) => void) | null = null
      let overtime = false
      const stopTimer = clock.after(timeoutMs ?? WHOLE_MS, () => {
        overtime = true
        abort?.(new Error('no answer in time'))
      })
      const began = performance.now()
      const end = (outcome: GraphOutcome) => {
        stopTimer()
        observe?.(outcome.kind, performance.now() - began)
        resolve(outcome)
      }

      agent.dispatch(
        {
          origin,
          method,
          path,
          headers: {
            authorization: `Bearer ${accessToken}`,
            accept: 'application/json',
            'user-agent': USER_AGENT,
            ...(body && { 'content-type': body.contentType }),
            ...(body && 'length' in body && { 'content-length': String(body.length) }),
          },
          body: body?.bytes ?? null,
          ...(timeoutMs !== undefined && { headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
        },
        {
          onRequestStart(controller) {
            started = true
            abort = (reason) => controller.abort(reason)
            if (overtime) abort(new Error('no answer in time'))
          },
          onResponseStart(controller, statusCode, rawHeaders) {
            status = statusCode
            headers = flattened(rawHeaders)
            const encoding = headers['content-encoding']
            if (encoding && encoding !== 'identity') controller.abort(new Error('compressed answer'))
          },
          onResponseData(controller, chunk) {
            size += chunk.length
            if (size > ANSWER_LIMIT) controller.abort(new Error('answer too large'))
            else chunks.push(chunk)
          },
          onResponseEnd() {
            end({
              kind: 'answered',
              status,
              headers,
              body: chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
            })
          },
          onResponseError(_controller, error) {
            const code = 'code' in error ? String(error.code) : ''
            const timeout = overtime || abandoned || /TIMEOUT/.test(code)
            const reason = code || error.message
            const sent = started && !BEFORE_FIRST_BYTE.test(code)
            end({ kind: sent ? 'lost' : 'not_sent', timeout, reason })
          },
        },
      )
    })
  }

  function abandon(): void {
    abandoned = true
    agent.destroy().catch(() => {})
  }

  return { request, dispatcher: agent, abandon, close: () => agent.destroy() }
}

function flattened(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
