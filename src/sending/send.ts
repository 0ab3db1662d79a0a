import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { JsonMember } from '../lib/json-members.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { type Recipient, recipientKey } from '../meta/recipient.ts'
import { commitIntent } from '../store/commands/commit-intent.ts'
import { type Settlement, settleSend } from '../store/commands/settle-send.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { editBody, isTraceable } from './edits.ts'
import { judgeOutcome, type Outcome } from './outcome.ts'

/** A body as it came and as it was read once. */
export type Message = {
  bytes: Buffer
  members: JsonMember[]
  parsed: Record<string, unknown>
  type: string
  recipient: Recipient | null
}

/** Meta's answer and what became of the send, in the words of its states. */
export type Sent = { answer: GraphAnswer; state: Outcome['state'] }

/** `version` and `edge` of the path upstream; Meta has an edge of its own for marketing messages. */
export type SendRequest = { version: string; edge: 'messages' | 'marketing_messages'; message: Message }

/**
 * The life of a send: window, turn, committed intent, one request to Meta, committed result. Gives Meta's answer where
 * Meta gave one.
 * @throws ApiError outside_window, message_in_flight, upstream_unreachable, upstream_timeout, outcome_in_doubt
 */
export async function send(context: Context, number: PhoneNumberRow, request: SendRequest): Promise<Sent> {
  const { message } = request
  await refuseOutsideWindow(context, number, message)
  const end = message.recipient ? await takeTurn(context, number, message.recipient) : () => {}
  try {
    context.metrics.sendsInFlight(1)
    return await sendNow(context, number, request)
  } finally {
    context.metrics.sendsInFlight(-1)
    end()
  }
}

async function refuseOutsideWindow(context: Context, number: PhoneNumberRow, message: Message): Promise<void> {
  if (!context.config.windowCheck || message.type === 'template' || !message.recipient) return
  if ((await context.windows.of(number, message.recipient)) !== 'closed') return
  // The person's message may have been acknowledged a moment ago and not be understood yet.
  await atMost(context, UNDERSTANDING_MS, context.understood())
  if ((await context.windows.of(number, message.recipient)) !== 'closed') return
  // Kapso rule; clients match on the sentence.
  throw new ApiError('outside_window', 'Cannot send non-template messages outside the 24-hour window.', {
    next_steps: 'Send a WhatsApp template message to reopen the session.',
  })
}

/** How long a refusal waits for webhooks that are stored and not understood yet. */
const UNDERSTANDING_MS = 3000

function atMost({ clock }: Context, ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, resolve)
    work.then(resolve, reject).finally(stop)
  })
}

async function takeTurn(context: Context, number: PhoneNumberRow, recipient: Recipient): Promise<() => void> {
  const end = await context.turns.take(`${number.id}:${recipientKey(recipient)}`)
  if (end) return end
  // Kapso rule; the header is ours, and makes Kapso's SDK try again.
  throw new ApiError(
    'message_in_flight',
    'Another message is already in-flight for this conversation. Please retry shortly.',
    { headers: { 'retry-after': '1' } },
  )
}

async function sendNow(
  context: Context,
  number: PhoneNumberRow,
  { version, edge, message }: SendRequest,
): Promise<Sent> {
  const { project_id } = number
  const accessToken = await context.numbers.accessToken(number)
  const own = message.parsed.biz_opaque_callback_data
  const intent = await context.store.write(commitIntent, {
    project_id,
    phone_number: number.id,
    recipient: message.recipient && recipientKey(message.recipient),
    type: message.type,
    body: message.bytes,
    traceable: isTraceable(own) ? 1 : 0,
  })
  const outcome = judgeOutcome(
    await context.graph.request({
      origin: context.graphOrigin(number),
      method: 'POST',
      path: `/${version}/${number.phone_number_id}/${edge}`,
      accessToken,
      body: { bytes: editBody(message.bytes, message.members, intent.uuid, own), contentType: 'application/json' },
    }),
  )
  await recordOutcome(context, { project_id, id: intent.id }, outcome)
  return answerOf(outcome)
}

/** Once Meta has answered, nothing of ours may turn that into an error: a result that cannot be written is logged. */
async function recordOutcome(
  context: Context,
  send: { project_id: number; id: number },
  outcome: Outcome,
): Promise<void> {
  const { store, log } = context
  const answer = 'answer' in outcome ? outcome.answer : null
  const settlement: Settlement = {
    ...send,
    state: outcome.state,
    http_status: answer?.status ?? null,
    answer: answer?.body ?? null,
    accepted: outcome.state === 'accepted' ? { wamid: outcome.wamid, person: outcome.person } : null,
  }
  context.metrics.sendSettled(outcome.state)
  try {
    await store.write(settleSend, settlement)
  } catch (error) {
    log.error({ send: send.id, state: outcome.state, err: error }, 'the result of a send could not be stored')
    if (error instanceof StoreUnavailable) settleLater(context, settlement)
  }
  if (outcome.state === 'in_doubt' || outcome.state === 'not_sent') {
    log.warn({ send: send.id, state: outcome.state, reason: outcome.reason }, 'a send has no answer from Meta')
  }
}

const SETTLE_AGAIN_MS = 500

/** The client need not wait for a database that is away; it gets the result when it is back. */
function settleLater(context: Context, settlement: Settlement): void {
  context.clock.after(SETTLE_AGAIN_MS, () => {
    context.store.write(settleSend, settlement).catch((error) => {
      if (error instanceof StoreUnavailable) settleLater(context, settlement)
      else context.log.error({ send: settlement.id, err: error }, 'the result of a send is lost: it will be in doubt')
    })
  })
}

function answerOf(outcome: Outcome): Sent {
  if ('answer' in outcome && outcome.answer) return { answer: outcome.answer, state: outcome.state }
  const headers = { 'fairlead-outcome': outcome.state }
  if (outcome.state === 'not_sent') {
    const code = outcome.timeout ? 'upstream_timeout' : 'upstream_unreachable'
    throw new ApiError(code, 'Meta could not be reached, so the message was not sent. Try again.', {
      code: 'not_sent',
      headers: { ...headers, 'retry-after': '1' },
    })
  }
  const status = outcome.state === 'in_doubt' ? outcome.status : null
  throw new ApiError(
    'outcome_in_doubt',
    'The message went out but no usable answer came back, so Meta may or may not have taken it.',
    {
      status: status ?? (outcome.state === 'in_doubt' && outcome.timeout ? 504 : 502),
      code: 'outcome_in_doubt',
      next_steps: 'Do not send it again at once: a status webhook will tell when Meta took it.',
      headers,
    },
  )
}
