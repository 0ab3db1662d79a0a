import { sql } from 'kysely'
import { rowOfUuid } from '../lib/ids.ts'
import type { Db, Tx } from './db.ts'
import { isOrphaned } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { SendEdge, SendRow, SendState } from './tables.ts'

type NewIntent = {
  project_id: number
  id: number
  uuid: string
  phone_number: number
  recipient: string | null
  type: string
  version: string
  edge: SendEdge
  body: Uint8Array
  fingerprint: number | null
  traceable: 0 | 1
  idempotency_key: string | null
  resend_of: number | null
  /** Row key of the oldest send that could be a twin. */
  twins_since: number
}

/** Written out, because a partial index is not used for a value that is bound later. */
const IS_INTENT = sql.lit<SendState>('intent')
const IS_OWED = sql.lit<0 | 1>(1)
const DOUBTFUL = [sql.lit<SendState>('in_doubt'), sql.lit<SendState>('unresolved')]

/**
 * Nothing is written while the recipient has a send in flight, or while the client of an identical one younger than
 * `twins_since` is owed its outcome: both are asked for in the statement that writes.
 */
const insertIntent = statement((query, arg: Args<NewIntent>) =>
  query
    .insertInto('sends')
    .columns([
      'project_id',
      'id',
      'uuid',
      'phone_number',
      'recipient',
      'type',
      'version',
      'edge',
      'state',
      'body',
      'fingerprint',
      'traceable',
      'idempotency_key',
      'resend_of',
      'owed',
      'created_at',
    ])
    .expression(
      query
        .selectNoFrom([
          arg.project_id.as('project_id'),
          arg.id.as('id'),
          arg.uuid.as('uuid'),
          arg.phone_number.as('phone_number'),
          arg.recipient.as('recipient'),
          arg.type.as('type'),
          arg.version.as('version'),
          arg.edge.as('edge'),
          IS_INTENT.as('state'),
          arg.body.as('body'),
          arg.fingerprint.as('fingerprint'),
          arg.traceable.as('traceable'),
          arg.idempotency_key.as('idempotency_key'),
          arg.resend_of.as('resend_of'),
          IS_OWED.as('owed'),
          arg.id.as('created_at'),
        ])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('sends as twin')
                .select('twin.id')
                .where('twin.project_id', '=', arg.project_id)
                .where('twin.phone_number', '=', arg.phone_number)
                .where('twin.fingerprint', '=', arg.fingerprint)
                .where('twin.owed', '=', IS_OWED)
                .where('twin.id', '>', arg.twins_since),
            ),
          ),
        ),
    )
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'phone_number', 'recipient']).where('state', '=', IS_INTENT).doNothing(),
    )
    .returning('id'),
)

/** Writes an intent down. False, and nothing is written, when an identical send or one to the same recipient is in the way. */
export async function insert(tx: Tx, intent: NewIntent): Promise<boolean> {
  return (await insertIntent(tx, intent)).length > 0
}

type Wanted = Pick<NewIntent, 'project_id' | 'phone_number' | 'recipient' | 'fingerprint' | 'twins_since'>

/** What is in the way of an intent: an identical send whose outcome is owed, before one that is only in flight. */
export async function inTheWay(tx: Tx, wanted: Wanted): Promise<{ id: number; identical: boolean } | undefined> {
  const rows = await tx.query
    .selectFrom('sends')
    .select(['id', 'fingerprint'])
    .where('project_id', '=', wanted.project_id)
    .where('phone_number', '=', wanted.phone_number)
    .where('owed', '=', IS_OWED)
    .where(({ eb, or, and }) =>
      or([
        and([eb('fingerprint', '=', wanted.fingerprint), eb('id', '>', wanted.twins_since)]),
        and([eb('recipient', '=', wanted.recipient), eb('state', '=', IS_INTENT)]),
      ]),
    )
    .orderBy('id')
    .execute()
  const twin = rows.find((row) => row.fingerprint === wanted.fingerprint && row.id > wanted.twins_since)
  if (twin) return { id: twin.id, identical: true }
  return rows[0] && { id: rows[0].id, identical: false }
}

const updateSettled = statement(
  (
    query,
    arg: Args<{
      project_id: number
      id: number
      state: SendState
      http_status: number | null
      answer: Uint8Array | null
      wamid: string | null
      resolution: SendRow['resolution']
      owed: 0 | 1
      at: number
    }>,
  ) =>
    query
      .updateTable('sends')
      .set((eb) => ({
        state: arg.state,
        http_status: arg.http_status,
        answer: arg.answer,
        wamid: arg.wamid,
        settled_at: arg.at,
        resolution: eb.fn.coalesce('resolution', arg.resolution),
        owed: arg.owed,
      }))
      .where('project_id', '=', arg.project_id)
      .where('id', '=', arg.id)
      // Accepted is the last word: what a status has proved, a late answer or a second status does not change. Only
      // Meta's own words for it are added.
      .where(({ eb, or, and }) =>
        or([
          eb('state', '!=', sql.lit<SendState>('accepted')),
          and([eb('answer', 'is', null), eb(arg.state, '=', sql.lit<SendState>('accepted'))]),
        ]),
      )
      .returning(['phone_number', 'uuid', 'type', 'idempotency_key', 'resolution']),
)

type Settled = Pick<SendRow, 'phone_number' | 'uuid' | 'type' | 'idempotency_key' | 'resolution'>

/** Writes the outcome down; undefined when the send was accepted before. */
export async function settle(tx: Tx, outcome: Parameters<typeof updateSettled>[1]): Promise<Settled | undefined> {
  return (await updateSettled(tx, outcome))[0]
}

const selectById = statement((query, arg: Args<{ project_id: number; id: number }>) =>
  query.selectFrom('sends').selectAll().where('project_id', '=', arg.project_id).where('id', '=', arg.id),
)

export async function byId(db: Db, project_id: number, id: number): Promise<SendRow | undefined> {
  return (await selectById(db, { project_id, id }))[0]
}

/** The send with this public id, in a project. */
export async function byUuid(db: Db, project_id: number, uuid: string): Promise<SendRow | undefined> {
  const id = rowOfUuid(uuid)
  const row = id === null ? undefined : await byId(db, project_id, id)
  return row?.uuid === uuid.toLowerCase() ? row : undefined
}

/** The sends that repeat one by somebody's decision, oldest first. */
export async function resendsOf(db: Db, { project_id, id }: Pick<SendRow, 'project_id' | 'id'>): Promise<SendRow[]> {
  return db.query
    .selectFrom('sends')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('resend_of', '=', id)
    .orderBy('id')
    .execute()
}

/** Those whose outcome nobody knows, newest first. `before`: a row key, to go on behind it. */
export async function doubtful(
  db: Db,
  project_id: number,
  { state, phone_number, before, limit }: DoubtfulFilter & { limit: number },
): Promise<SendRow[]> {
  let query = db.query
    .selectFrom('sends')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('state', 'in', DOUBTFUL)
  if (state !== undefined) query = query.where('state', '=', state)
  if (phone_number !== undefined) query = query.where('phone_number', '=', phone_number)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

export type DoubtfulFilter = {
  state?: 'in_doubt' | 'unresolved' | undefined
  phone_number?: number | undefined
  before?: number | undefined
}

/** Row keys: what processes that have ended have begun, what is too old to be on its way, what was in doubt for too long. */
export type Limits = { started: number; on_their_way_since: number; in_doubt_since: number }

const isStranded = (db: Db, { started, on_their_way_since }: Limits) =>
  sql<boolean>`state = 'intent' and (id < ${on_their_way_since} or ${isOrphaned(db.query, sql`sends.id`, started)})`

/** Whether any send waits for what `strandedToDoubt`, `doubtToUnresolved` and `forgetOwed` do. */
export async function isAnyOverdue(db: Db, limits: Limits): Promise<boolean> {
  const rows = await db.query
    .selectFrom('sends')
    .select('id')
    .where('owed', '=', IS_OWED)
    .where(({ or, and, eb }) =>
      or([isStranded(db, limits), and([eb('state', '=', 'in_doubt'), eb('id', '<', limits.in_doubt_since)])]),
    )
    .limit(1)
    .execute()
  return rows.length > 0
}

/** Nobody is at these any more, and they may or may not have reached Meta. Gives how many. */
export async function strandedToDoubt(tx: Tx, limits: Limits): Promise<number> {
  const rows = await tx.query
    .updateTable('sends')
    .set({ state: 'in_doubt' })
    .where('owed', '=', IS_OWED)
    .where(isStranded(tx, limits))
    .returning('id')
    .execute()
  return rows.length
}

/** Nobody has asked in time for the outcome that was owed. */
export async function forgetOwed(tx: Tx, { in_doubt_since }: Limits): Promise<void> {
  await tx.query
    .updateTable('sends')
    .set({ owed: 0 })
    .where('owed', '=', IS_OWED)
    .where('state', '=', 'accepted')
    .where('id', '<', in_doubt_since)
    .execute()
}

/** The client has the last word on this send. */
export async function tell(tx: Tx, { project_id, id }: Pick<SendRow, 'project_id' | 'id'>): Promise<void> {
  await tx.query
    .updateTable('sends')
    .set({ owed: 0 })
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .execute()
}

/** Nothing has told in time what became of these. */
export async function doubtToUnresolved(tx: Tx, { in_doubt_since }: Limits): Promise<Pick<SendRow, 'id' | 'uuid'>[]> {
  return tx.query
    .updateTable('sends')
    .set({ state: 'unresolved', resolution: 'deadline', owed: 0 })
    .where('owed', '=', IS_OWED)
    .where('state', '=', 'in_doubt')
    .where('id', '<', in_doubt_since)
    .returning(['id', 'uuid'])
    .execute()
}

/** Ends a doubt by decision. Undefined when there is none: it is settled, or was decided before. */
export async function decide(
  tx: Tx,
  { project_id, id, resolution }: Pick<SendRow, 'project_id' | 'id'> & { resolution: 'resend' | 'abandon' },
): Promise<SendRow | undefined> {
  return tx.query
    .updateTable('sends')
    .set({ state: 'unresolved', resolution, owed: 0 })
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .where('state', 'in', DOUBTFUL)
    .where(({ eb, or }) => or([eb('resolution', 'is', null), eb('resolution', '=', 'deadline')]))
    .returningAll()
    .executeTakeFirst()
}
