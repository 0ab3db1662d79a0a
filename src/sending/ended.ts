import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import type { Outcome } from './outcome.ts'

/** How a request to send ended. `uuid`: the public id of the send. `replayed`: an earlier request's send stands for it. */
export type Ended = { uuid: string; outcome: Outcome; replayed: boolean }

/** What goes back to whoever asked: Meta's answer, what became of the send, and the headers that say so. */
export type Sent = { answer: GraphAnswer; headers: Record<string, string> }

/** `https://…/fairlead/v1/sends/{id}`: where to read what becomes of a send, and to decide about it. */
export const sendUrl = (context: Context, uuid: string) => `${context.publicUrl()}/fairlead/v1/sends/${uuid}`

/**
 * Meta's answer where Meta gave one.
 * @throws ApiError upstream_unreachable, upstream_timeout, outcome_in_doubt
 */
export function answerTo(context: Context, { uuid, outcome, replayed }: Ended): Sent {
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
  const lost = outcome.state === 'in_doubt' ? (outcome.status ?? (outcome.timeout ? 504 : 502)) : 502
  throw inDoubt(context, uuid, { status: lost, headers })
}

/** Nobody knows whether Meta took the send (null: one that has not ended). `status`: 409 where it is an earlier request's. */
export function inDoubt(
  context: Context,
  uuid: string | null,
  { status, headers = {} }: { status: number; headers?: Record<string, string> },
): ApiError {
  const message =
    status === 409
      ? 'The same message went out before and no usable answer came back, so Meta may or may not have taken it.'
      : 'The message went out but no usable answer came back, so Meta may or may not have taken it.'
  return new ApiError('outcome_in_doubt', message, {
    status,
    code: 'outcome_in_doubt',
    next_steps:
      'Do not send it as a new message: a status webhook will tell when Meta took it. What is known stands at send_url.',
    ...(uuid !== null && { send_url: sendUrl(context, uuid) }),
    headers: { 'fairlead-outcome': 'in_doubt', ...(uuid !== null && { 'fairlead-send-id': uuid }), ...headers },
  })
}
