import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import type { SendRow } from '../store/tables.ts'
import type { Outcome } from './outcome.ts'

/**
 * How a request to send ended. `uuid`: the public id of the send. `traceable`: a status can still tell of it. `replayed`:
 * an earlier request's send stands for it.
 */
export type Ended = { uuid: string; traceable: boolean; outcome: Outcome; replayed: boolean }

/** What goes back to whoever asked: Meta's answer, what became of the send, and the headers that say so. */
export type Sent = { answer: GraphAnswer; headers: Record<string, string> }

/**
 * Meta's answer where Meta gave one.
 * @throws ApiError upstream_unreachable, upstream_timeout, outcome_in_doubt
 */
export function answerTo(context: Context, { uuid, traceable, outcome, replayed }: Ended): Sent {
  const headers = {
    'fairlead-outcome': outcome.state,
    'fairlead-send-id': uuid,
    ...(replayed && { 'idempotent-replayed': 'true' }),
  }
  if ('answer' in outcome && outcome.answer) return { answer: outcome.answer, headers }
  if (outcome.state === 'not_sent') {
    const code = outcome.timeout ? 'upstream_timeout' : 'upstream_unreachable'
    throw new ApiError(code, 'Meta could not be reached, so the message was not sent. Try again.', {
      code: 'not_sent',
      headers: { ...headers, 'retry-after': '1' },
    })
  }
  const status = outcome.state === 'in_doubt' ? (outcome.status ?? (outcome.timeout ? 504 : 502)) : 502
  throw inDoubt(context, { uuid, state: 'in_doubt', traceable: traceable ? 1 : 0, resolution: null }, { status })
}

type Doubtful = Pick<SendRow, 'uuid' | 'state' | 'traceable' | 'resolution'>

/** Nobody knows whether Meta took the send (null: one that has not ended). `status`: 409 where it is an earlier request's. */
export function inDoubt(context: Context, send: Doubtful | null, { status }: { status: number }): ApiError {
  const what = status === 409 ? 'The same message went out before and' : 'The message went out but'
  const message = `${what} no usable answer came back, so Meta may or may not have taken it.`
  return new ApiError('outcome_in_doubt', message, {
    status,
    code: 'outcome_in_doubt',
    next_steps: nextSteps(send),
    ...(send && { send_url: `${context.publicUrl()}/fairlead/v1/sends/${send.uuid}` }),
    headers: {
      'fairlead-outcome': send?.state === 'unresolved' ? 'unresolved' : 'in_doubt',
      ...(send && { 'fairlead-send-id': send.uuid }),
    },
  })
}

function nextSteps(send: Doubtful | null): string {
  if (send === null) return 'Do not send it as a new message: ask again shortly.'
  if (send.resolution === 'abandon')
    return 'It was given up on by decision. If it is to go out, send it under another key.'
  if (send.state === 'in_doubt' && send.traceable === 1) {
    return 'Do not send it as a new message: a status webhook will tell when Meta took it. What is known stands at send_url.'
  }
  return 'No status is expected to tell: decide at send_url whether it is sent again (resend) or given up on (abandon).'
}
