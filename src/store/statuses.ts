import type { Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { MessageRow, MessageStatus, ParkedStatusRow } from './tables.ts'
import { wamidHash } from './wamid-hash.ts'

/** A status as Meta reported it. `timestamp`: unix seconds. `payload`: Meta's object without our id in it, JSON. */
export type ReportedStatus = {
  wamid: string
  status: string
  timestamp: number
  participant: string
  payload: string
  received_at: number
}

const LADDER: readonly MessageStatus[] = ['pending', 'sent', 'delivered', 'read', 'failed']

/**
 * What a message's status is after one more report. It only moves forward and `failed` ends it (Kapso rule), so any
 * order of the same reports gives the same result. Reports we have no step for (`played`, …) change nothing.
 */
export function project(current: MessageStatus, reported: string): MessageStatus {
  const next = LADDER.find((step) => step === reported)
  return next !== undefined && LADDER.indexOf(next) > LADDER.indexOf(current) ? next : current
}

const insertStatus = statement(
  (
    query,
    arg: Args<{
      project_id: number
      message: number
      status: string
      timestamp: number
      participant: string
      payload: string
      received_at: number
    }>,
  ) =>
    query
      .insertInto('statuses')
      .values({
        project_id: arg.project_id,
        message: arg.message,
        status: arg.status,
        timestamp: arg.timestamp,
        participant: arg.participant,
        payload: arg.payload,
        received_at: arg.received_at,
      })
      .onConflict((conflict) => conflict.doNothing()),
)

/**
 * Moves a message on to one step of the ladder, and never back: whoever asks may know an older status of it than is
 * stored by now.
 */
const moveOn = new Map(
  LADDER.map((step, rank) => [
    step,
    statement((query, arg: Args<{ project_id: number; id: number }>) =>
      query
        .updateTable('messages')
        .set({ status: step })
        .where('project_id', '=', arg.project_id)
        .where('id', '=', arg.id)
        .where('status', 'in', LADDER.slice(0, rank)),
    ),
  ]),
)

/** Adds a report to a message's history and moves the message on; a repeat of one changes nothing. */
export async function add(
  tx: Tx,
  message: Pick<MessageRow, 'project_id' | 'id' | 'status'>,
  { status, timestamp, participant, payload, received_at }: ReportedStatus,
): Promise<void> {
  const { project_id, id } = message
  await insertStatus(tx, { project_id, message: id, status, timestamp, participant, payload, received_at })
  const projected = project(message.status, status)
  if (projected !== message.status) await moveOn.get(projected)?.(tx, { project_id, id })
}

/** Keeps a report whose message is not known yet. */
export async function park(
  tx: Tx,
  key: { project_id: number; phone_number: number },
  reported: ReportedStatus,
): Promise<void> {
  await tx.query
    .insertInto('parked_statuses')
    .values({ ...key, ...reported, hash: wamidHash(reported.wamid) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const selectParked = statement(
  (query, arg: Args<{ project_id: number; phone_number: number; hash: number; wamid: string }>) =>
    query
      .selectFrom('parked_statuses')
      .selectAll()
      .where('project_id', '=', arg.project_id)
      .where('phone_number', '=', arg.phone_number)
      .where('hash', '=', arg.hash)
      .where('wamid', '=', arg.wamid),
)

/** Gives a message that has just become known the reports that were waiting for it. */
export async function join(tx: Tx, message: MessageRow): Promise<void> {
  const { project_id, phone_number, wamid } = message
  const hash = wamidHash(wamid)
  const parked: ParkedStatusRow[] = await selectParked(tx, { project_id, phone_number, hash, wamid })
  if (parked.length === 0) return
  for (const reported of parked) await add(tx, message, reported)
  await tx.query
    .deleteFrom('parked_statuses')
    .where('project_id', '=', project_id)
    .where('phone_number', '=', phone_number)
    .where('hash', '=', hash)
    .where('wamid', '=', wamid)
    .execute()
}

const selectGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .selectFrom(given('parked_statuses', arg.rows))
    .innerJoin('parked_statuses as parked', (join) =>
      join
        .onRef('parked.project_id', '=', 'given.project_id')
        .onRef('parked.phone_number', '=', 'given.phone_number')
        .onRef('parked.hash', '=', 'given.hash')
        .onRef('parked.wamid', '=', 'given.wamid'),
    )
    .select('parked.wamid')
    .distinct(),
)

/** On PostgreSQL: as `join` for many messages, of which few if any have been waited for. */
export async function joinMany(tx: Tx, messages: MessageRow[]): Promise<void> {
  const rows = messages.map(({ project_id, phone_number, wamid }) => {
    return { project_id, phone_number, hash: wamidHash(wamid), wamid }
  })
  const waiting = new Set((await selectGiven(tx, { rows: rowsAsText(rows) })).map(({ wamid }) => wamid))
  for (const message of messages) if (waiting.has(message.wamid)) await join(tx, message)
}
