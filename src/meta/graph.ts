import type { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../lib/clock.ts'
import { type Attempt, attempt, type GraphAnswer } from './attempt.ts'
import { createConnector } from './connector.ts'
import { type Deadline, startDeadline } from './deadline.ts'
import { graphErrorCode } from './graph-error.ts'

export type { GraphAnswer } from './attempt.ts'

/** A request to the Graph API. `path` starts with the version and holds the query: `/v24.0/123/messages?limit=5`. */
export type GraphRequest = {
  origin: string
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  accessToken: string
  /** Sent with its content type, byte for byte. `stream` gives the same bytes each time it is asked; `length` of them. */
  body?: { contentType: string } & ({ bytes: Buffer } | { stream: () => Readable; length: number })
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

export type Graph = {
  request(request: GraphRequest): Promise<GraphOutcome>
  /** The same connections, for what is streamed. */
  dispatcher: Dispatcher
  close(): Promise<void>
}

/** A request to Meta is over within 35 s, of which 5 may go to each connection, 30 to the first byte of an answer. */
const CONNECT_MS = 5_000
const FIRST_BYTE_MS = 30_000
const WHOLE_MS = 35_000
/** A try of a read that is not the last one. */
const READ_MS = 10_000
/** Before the first repeat and before the second. */
const REPEAT_AFTER_MS = [100, 400]

export const USER_AGENT = 'fairlead/0.1.0'

/**
 * The one client to Meta. It repeats what cannot have left, and reads, twice at most and within the time of the one
 * request; it never follows a redirect and asks for no compression, so that an answer is what Meta wrote.
 */
export function createGraph(clock: Clock): Graph {
  const agent = new Agent({
    connections: 256,
    pipelining: 1,
    allowH2: false,
    // Shorter than Meta's own, so that we do not write into a connection that is being closed.
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    // Of what is streamed; requests have a deadline of their own.
    headersTimeout: FIRST_BYTE_MS,
    bodyTimeout: FIRST_BYTE_MS,
    maxHeaderSize: 64 * 1024,
    connect: createConnector(clock, CONNECT_MS),
  })

  async function request(request: GraphRequest): Promise<GraphOutcome> {
    const { method, timeoutMs } = request
    const deadline = startDeadline(clock, timeoutMs ?? FIRST_BYTE_MS, timeoutMs ?? WHOLE_MS)
    for (let repeats = 0; ; repeats += 1) {
      const pause = REPEAT_AFTER_MS[repeats]
      const stopShort = method === 'GET' && pause !== undefined ? shorten(clock, deadline) : null
      const result = await attempt(agent, dispatchOptions(request), deadline)
      stopShort?.()
      if (pause !== undefined && !deadline.over && repeats < repeatsOf(method, result)) {
        await new Promise<void>((resolve) => clock.after(pause, resolve))
        if (!deadline.over) continue
      }
      deadline.stop()
      return result
    }
  }

  return { request, dispatcher: agent, close: () => agent.destroy() }
}

/** Leaves time for another try: a read that stays without an answer is cut before the whole time is up. */
function shorten(clock: Clock, deadline: Deadline): () => void {
  return clock.after(READ_MS, () => deadline.onOver?.())
}

/**
 * How often a request may be repeated that came to this. Whatever changes something is repeated only when it was not
 * sent: Meta would do it twice, and of a deletion say that there is no such thing.
 */
function repeatsOf(method: GraphRequest['method'], result: Attempt): number {
  if (method !== 'GET') return result.kind === 'not_sent' ? result.repeats : 0
  if (result.kind === 'answered') return result.status >= 500 && graphErrorCode(result.body) === null ? 2 : 0
  return result.kind === 'lost' && result.broken ? 0 : 2
}

function dispatchOptions({ origin, method, path, accessToken, body }: GraphRequest): Dispatcher.DispatchOptions {
  return {
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
    body: body ? ('stream' in body ? body.stream() : body.bytes) : null,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
}
