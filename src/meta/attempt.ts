import { type Dispatcher, errors } from 'undici'
import { NotConnected } from './connector.ts'
import type { Deadline } from './deadline.ts'

export type GraphAnswer = { kind: 'answered'; status: number; headers: Record<string, string>; body: Buffer }

/**
 * What came of one try. `not_sent`: no byte of it can have left; `repeats`: how often such a failure is worth another
 * try. `lost`: bytes went out and no answer that can be used came back; `broken`: what came back was no HTTP, or not
 * what we take, and would be again.
 */
export type Attempt =
  | GraphAnswer
  | { kind: 'not_sent'; timeout: boolean; reason: string; repeats: number }
  | { kind: 'lost'; timeout: boolean; reason: string; broken: boolean }

/** An answer larger than this is not one we asked for. Bytes. */
const ANSWER_LIMIT = 5 * 1024 * 1024

/** How often a request is repeated whose connection failed. Nothing about a certificate changes within a second. */
const REPEATS = { unreachable: 2, timeout: 1, tls: 0 }

/**
 * One try of a request, which ends in time: `deadline` is that of the whole request. It is written at most once. The
 * client underneath calls `onRequestStart` immediately before the first byte, so that a request which fails without it
 * was certainly not sent.
 */
export function attempt(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  deadline: Deadline,
): Promise<Attempt> {
  return new Promise((resolve) => {
    let connection: Dispatcher.DispatchController | null = null
    let ended = false
    let status = 0
    let headers: Record<string, string> = {}
    let size = 0
    const chunks: Buffer[] = []

    const end = (result: Attempt) => {
      if (ended) return
      ended = true
      deadline.onOver = null
      resolve(result)
    }
    const giveUp = (reason: string, timeout: boolean) => {
      end(
        connection
          ? { kind: 'lost', timeout, reason, broken: !timeout }
          : { kind: 'not_sent', timeout, reason, repeats: 0 },
      )
      connection?.abort(new Error(reason))
    }
    deadline.onOver = () => giveUp('no answer in time', true)

    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        // Given up while it waited for a connection, or about to be written for a second time.
        if (ended || connection) return controller.abort(new Error('not to be written'))
        connection = controller
      },
      onResponseStart(_controller, statusCode, rawHeaders) {
        if (statusCode < 200) return
        status = statusCode
        headers = flattened(rawHeaders)
        deadline.headCame = true
        const { 'content-encoding': encoding, 'content-length': length } = headers
        // We asked for none, so an answer is taken as it is or not at all.
        if (encoding !== undefined && encoding !== 'identity') giveUp('compressed answer', false)
        else if (Number(length) > ANSWER_LIMIT) giveUp('answer too large', false)
      },
      onResponseData(_controller, chunk) {
        size += chunk.length
        if (size > ANSWER_LIMIT) giveUp('answer too large', false)
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
        end(connection ? lost(error, status) : notSent(error))
      },
    })
  })
}

const codeOf = (error: Error) => ('code' in error && error.code ? String(error.code) : error.message)

function notSent(error: Error): Attempt {
  if (error instanceof NotConnected) {
    const { stage, message } = error
    return { kind: 'not_sent', timeout: stage === 'timeout', reason: message, repeats: REPEATS[stage] }
  }
  // What cannot be written at all, or after the end, will not be later; otherwise an idle connection broke first.
  const code = codeOf(error)
  const repeats = /^UND_ERR_(INVALID_ARG|DESTROYED|CLOSED)$/.test(code) ? 0 : REPEATS.unreachable
  return { kind: 'not_sent', timeout: false, reason: code, repeats }
}

/** `status`: of the answer that had begun, or 0. Two lengths that differ are found before there is one. */
function lost(error: Error, status: number): Attempt {
  const broken =
    (error instanceof errors.HTTPParserError && !error.message.includes('Invalid EOF state')) ||
    error instanceof errors.HeadersOverflowError ||
    (error instanceof errors.ResponseContentLengthMismatchError && status === 0)
  return { kind: 'lost', timeout: false, reason: codeOf(error), broken }
}

function flattened(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}
