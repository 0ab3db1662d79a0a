import type { Context } from '../context.ts'
import type { JsonMember } from '../lib/json-members.ts'
import * as sends from '../store/sends.ts'
import type { PhoneNumberRow, SendEdge } from '../store/tables.ts'
import { editBody } from './edits.ts'
import type { Ended } from './ended.ts'
import { judgeOutcome, type Outcome } from './outcome.ts'
import { settle } from './settle.ts'
import { storedOutcome } from './stored-outcome.ts'

/**
 * A committed intent on its way up. `bytes` and `members`: the client's body; `own`: the client's callback data.
 * `since`: when the intent was asked for, on the monotonic clock.
 */
export type Outgoing = {
  id: number
  uuid: string
  version: string
  edge: SendEdge
  traceable: 0 | 1
  bytes: Buffer
  members: JsonMember[]
  own: unknown
  since: number
  accessToken: string
  /** Whether whoever asked for it has gone away. */
  isGone(): boolean
}

/**
 * How old an intent may be when its first byte goes up. A process that was held up for longer may have been taken for
 * ended, and nothing can stop Meta from taking what it then sends. Milliseconds.
 */
const FRESH_MS = 20_000

/**
 * Sends what a committed intent says, once, and writes down what became of it. A status may have told meanwhile what an
 * answer did not.
 */
export async function dispatch(context: Context, number: PhoneNumberRow, outgoing: Outgoing): Promise<Ended> {
  const { id, uuid, traceable } = outgoing
  const send = { project_id: number.project_id, id, uuid }
  context.metrics.sendsInFlight(1)
  const outcome = await request(context, number, outgoing)
  await settle(context, send, outcome, { gone: outgoing.isGone() })
  context.metrics.sendsInFlight(-1)
  const told = outcome.state === 'in_doubt' ? await toldByStatus(context, send) : null
  return told ?? { uuid, traceable: traceable === 1, outcome, replayed: false }
}

async function toldByStatus(context: Context, send: { project_id: number; id: number }): Promise<Ended | null> {
  const row = await sends.byId(context.store.db, send.project_id, send.id).catch(() => undefined)
  const ended = row && (await storedOutcome(context, row))
  return ended?.outcome.state === 'accepted' ? { ...ended, replayed: false } : null
}

async function request(
  { graph, graphOrigin, clock }: Context,
  number: PhoneNumberRow,
  { uuid, version, edge, traceable, bytes, members, own, since, accessToken }: Outgoing,
): Promise<Outcome> {
  if (clock.monotonic() - since > FRESH_MS) {
    return { state: 'not_sent', timeout: true, reason: 'the process was held up before the first byte' }
  }
  const body = editBody(bytes, members, traceable ? { uuid, own } : null)
  return judgeOutcome(
    await graph.request({
      origin: graphOrigin(number),
      method: 'POST',
      path: `/${version}/${number.phone_number_id}/${edge}`,
      accessToken,
      body: { bytes: body, contentType: 'application/json' },
    }),
  )
}
