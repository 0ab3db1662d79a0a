import type { Context } from '../context.ts'
import { MINUTE, pause } from '../lib/clock.ts'
import type { JsonMember } from '../lib/json-members.ts'
import { type Recipient, recipientKey } from '../meta/recipient.ts'
import { type CommittedIntent, commitIntent, type NewSend } from '../store/commands/commit-intent.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import type { PhoneNumberRow, SendEdge } from '../store/tables.ts'
import { dispatch, type Outgoing } from './dispatch.ts'
import { isTraceable } from './edits.ts'
import { answerTo, type Ended, inDoubt, type Sent } from './ended.ts'
import { fingerprintOf, shortFingerprint } from './fingerprint.ts'
import { type Claim, giveBack, keyInUse, takeKey } from './idempotency-key.ts'
import { refuseOutsideWindow } from './refuse-outside-window.ts'
import { settle } from './settle.ts'
import { storedOutcome } from './stored-outcome.ts'
import { inFlight, takeTurn } from './take-turn.ts'
import { TURN_MS } from './turns.ts'
import { endOfTwin, oneOfTwins, TWIN_MS } from './twins.ts'

/** A body as it came and as it was read once. */
export type Message = {
  bytes: Buffer
  members: JsonMember[]
  parsed: Record<string, unknown>
  type: string
  recipient: Recipient | null
}

/**
 * `version` and `edge` of the path upstream; Meta has an edge of its own for marketing messages. `key`: the client's, so
 * that it may ask again. `isGone`: whether it has gone away, and cannot be told any more.
 */
export type SendRequest = {
  version: string
  edge: SendEdge
  message: Message
  key: string | null
  isGone(): boolean
}

/**
 * The life of a send: key, window, turn, committed intent, one request to Meta, committed result. Gives Meta's answer
 * where Meta gave one, to this request or to an earlier one that this one repeats.
 * @throws ApiError outside_window, message_in_flight, idempotency_key_in_use, idempotency_key_reused,
 * upstream_unreachable, upstream_timeout, outcome_in_doubt
 */
export async function send(context: Context, number: PhoneNumberRow, request: SendRequest): Promise<Sent> {
  const ended = await sendOrRepeat(context, number, request)
  if (ended.replayed) context.metrics.sendReplayed()
  return answerTo(context, ended)
}

async function sendOrRepeat(context: Context, number: PhoneNumberRow, request: SendRequest): Promise<Ended> {
  const { edge, message, key } = request
  const fingerprint = fingerprintOf(edge, message.bytes, message.parsed)
  const plan = { ...request, fingerprint: shortFingerprint(fingerprint), claim: null }
  if (key !== null) return withKey(context, number, { ...plan, key, whole: fingerprint })
  if (number.hold_twins === 0 || !message.recipient) return sendNew(context, number, plan)
  return oneOfTwins(context, number, `${number.id}:${fingerprint}`, () => sendNew(context, number, plan))
}

type Plan = Omit<SendRequest, 'key'> & { fingerprint: number; claim: Claim | null }

async function withKey(
  context: Context,
  number: PhoneNumberRow,
  { key, whole, ...plan }: Plan & { key: string; whole: string },
): Promise<Ended> {
  const path = `/${number.phone_number_id}/${plan.edge}`
  const { project_id } = number
  const taken = await takeKey(context, { project_id, path, key, fingerprint: whole })
  if ('claim' in taken) {
    return sendNew(context, number, { ...plan, claim: taken }).catch(async (error) => {
      await giveBack(context, taken)
      throw error
    })
  }
  if (taken.kind === 'answered') throw new Error('the key of a send stands for an upload')
  if (taken.send.state === 'intent') throw keyInUse()
  const ended = await storedOutcome(context, taken.send)
  if (ended) return ended
  throw inDoubt(context, taken.send, { status: 409 })
}

async function sendNew(context: Context, number: PhoneNumberRow, plan: Plan): Promise<Ended> {
  await refuseOutsideWindow(context, number, plan.message)
  const { clock } = context
  const from = clock.monotonic()
  for (;;) {
    const end = await takeTurn(context, number, plan.message.recipient)
    try {
      const { intent, outgoing } = await intend(context, number, plan, from + TURN_MS)
      if (intent.kind === 'committed') return await dispatch(context, number, outgoing)
      if (intent.kind === 'claim_lost') throw keyInUse()
      end()
      const twin = intent.by !== null && { project_id: number.project_id, id: intent.by }
      const ended = twin && (await endOfTwin(context, twin, from + TWIN_MS - clock.monotonic()))
      if (ended) return ended
    } finally {
      end()
    }
  }
}

/** How often to ask again for a turn that another process has. Milliseconds. */
const ELSEWHERE_MS = 40

/**
 * Commits the intent. While another process sends something else to the same recipient, waits until `until` on the
 * monotonic clock.
 */
async function intend(
  context: Context,
  number: PhoneNumberRow,
  plan: Plan,
  until: number,
): Promise<{ intent: CommittedIntent; outgoing: Outgoing }> {
  const { clock, store, numbers } = context
  const accessToken = await numbers.accessToken(number)
  for (;;) {
    const send = newSend(context, number, plan)
    const since = clock.monotonic()
    const intent = await store.write(commitIntent, send).catch((error) => {
      // Whether it was committed is not known, but that no byte of it goes up is.
      const reason = 'the database went away'
      if (error instanceof StoreUnavailable) void settle(context, send, { state: 'not_sent', timeout: false, reason })
      throw error
    })
    if (intent.kind !== 'held' || intent.identical) {
      return {
        intent,
        outgoing: {
          ...send,
          ...plan.message,
          own: ownData(plan.message),
          since,
          accessToken,
          isGone: plan.isGone,
        },
      }
    }
    if (clock.monotonic() >= until) throw inFlight()
    await pause(clock, ELSEWHERE_MS)
  }
}

const ownData = ({ parsed }: Message) => parsed.biz_opaque_callback_data

function newSend({ store, config }: Context, number: PhoneNumberRow, plan: Plan): NewSend {
  const { version, edge, message, fingerprint, claim } = plan
  const id = store.ids.row()
  const recipient = message.recipient && recipientKey(message.recipient)
  const holdsTwins = claim === null && number.hold_twins === 1
  return {
    id,
    uuid: store.ids.uuid(id),
    project_id: number.project_id,
    phone_number: number.id,
    recipient,
    type: message.type,
    version,
    edge,
    body: message.bytes,
    fingerprint: recipient === null ? null : fingerprint,
    traceable: number.trace_sends === 1 && isTraceable(ownData(message)) ? 1 : 0,
    idempotency_key: claim?.key ?? null,
    claim: claim?.claim ?? null,
    resend_of: null,
    twins_within: holdsTwins ? config.doubtMinutes * MINUTE : null,
  }
}
