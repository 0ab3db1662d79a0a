import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely'
import { rowOfUuid } from '../lib/ids.ts'
import type { Db, Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { SendRow, SendState, Tables } from './tables.ts'

/** What an intent is written from; its `created_at` is its row key. */
type NewIntent = Pick<
  SendRow,
  | 'project_id'
  | 'id'
  | 'uuid'
  | 'phone_number'
  | 'recipient'
  | 'type'
  | 'version'
  | 'edge'
  | 'body'
  | 'fingerprint'
  | 'traceable'
  | 'idempotency_key'
  | 'resend_of'
>

/** Written out, because a partial index is not used for a value that is bound later. */
const IS_INTENT = sql.lit<SendState>('intent')
export const IS_OWED = sql.lit<0 | 1>(1)

const INTENT_COLUMNS = [
  'project_id',
  'id',
  'uuid',
  'phone_number',
  'recipient',
  'type',
  'version',
  'edge',
  'body',
  'fingerprint',
  'traceable',
  'idempotency_key',
  'resend_of',
  'created_at',
  'state',
  'owed',
] as const

/** The columns of an intent, from wherever its values come. */
const intentOf = (from: Args<NewIntent>) => [
  from.project_id.as('project_id'),
  from.id.as('id'),
  from.uuid.as('uuid'),
  from.phone_number.as('phone_number'),
  from.recipient.as('recipient'),
  from.type.as('type'),
  from.version.as('version'),
  from.edge.as('edge'),
  from.body.as('body'),
  from.fingerprint.as('fingerprint'),
  from.traceable.as('traceable'),
  from.idempotency_key.as('idempotency_key'),
  from.resend_of.as('resend_of'),
  from.id.as('created_at'),
  IS_INTENT.as('state'),
  IS_OWED.as('owed'),
]

/** That no identical send younger than `since` is owed to its client. */
const hasNoTwin = (query: Kysely<Tables>, from: Args<NewIntent>, since: RawBuilder<number>) =>
  sql<SqlBool>`not exists ${query
    .selectFrom('sends as twin')
    .select('twin.id')
    .where('twin.project_id', '=', from.project_id)
    .where('twin.phone_number', '=', from.phone_number)
    .where('twin.fingerprint', '=', from.fingerprint)
    .where('twin.owed', '=', IS_OWED)
    .where('twin.id', '>', since)}`

/**
 * Nothing is written while the recipient has a send in flight, or while the client of an identical one is owed its
 * outcome: both are asked for in the statement that writes.
 */
const insertIntent = statement((query, arg: Args<NewIntent & { twins_since: number }>) =>
  query
    .insertInto('sends')
    .columns(INTENT_COLUMNS)
    .expression(query.selectNoFrom(intentOf(arg)).where(hasNoTwin(query, arg, arg.twins_since)))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
)

/** Writes an intent down. False, and nothing is written, when an identical send or one to the same recipient is in the way. */
export async function insert(tx: Tx, intent: NewIntent, twins_since: number): Promise<boolean> {
  return (await insertIntent(tx, { ...intent, twins_since })).length > 0
}

const GIVEN = Object.fromEntries(INTENT_COLUMNS.map((name) => [name, sql.ref(`given.${name}`)])) as Args<NewIntent>

const insertGiven = statement((query, arg: Args<{ rows: string; twins_within: number }>) =>
  query
    .insertInto('sends')
    .columns(INTENT_COLUMNS)
    .expression(
      query
        .selectFrom(given('sends', arg.rows))
        .select(intentOf(GIVEN))
        .where(hasNoTwin(query, GIVEN, sql`given.id - ${arg.twins_within}`)),
    )
    .onConflict((conflict) => conflict.doNothing())
    .returning('id'),
)

/** On PostgreSQL: as `insert`, all with one statement. Gives the row keys of those that were written. */
export async function insertMany(tx: Tx, intents: NewIntent[], twins_within: number): Promise<Set<number>> {
  const rows = await insertGiven(tx, { rows: rowsAsText(intents), twins_within })
  return new Set(rows.map(({ id }) => id))
}

type Wanted = Pick<NewIntent, 'project_id' | 'phone_number' | 'recipient' | 'fingerprint'> & { twins_since: number }

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
      .returning(['phone_number', 'uuid', 'type', 'idempotency_key', 'resend_of']),
)

type Settled = Pick<SendRow, 'phone_number' | 'uuid' | 'type' | 'idempotency_key' | 'resend_of'>

/** Writes the outcome down; undefined when the send was accepted before. */
export async function settle(tx: Tx, outcome: Parameters<typeof updateSettled>[1]): Promise<Settled | undefined> {
  return (await updateSettled(tx, outcome))[0]
}

const updateGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .updateTable('sends')
    .from(given('sends', arg.rows))
    .set((eb) => ({
      state: eb.ref('given.state'),
      http_status: eb.ref('given.http_status'),
      answer: eb.ref('given.answer'),
      wamid: eb.ref('given.wamid'),
      settled_at: eb.ref('given.settled_at'),
      owed: eb.ref('given.owed'),
    }))
    .whereRef('sends.project_id', '=', 'given.project_id')
    .whereRef('sends.id', '=', 'given.id')
    .where('sends.state', '=', IS_INTENT)
    .returning(['sends.id', 'sends.phone_number', 'sends.uuid', 'sends.type']),
)

type Answered = Pick<SendRow, 'project_id' | 'id' | 'state' | 'http_status' | 'answer' | 'wamid' | 'owed'> & {
  settled_at: number
}

/** On PostgreSQL: writes down, with one statement, what became of those that are still on their way. Gives these. */
export async function settleMany(tx: Tx, outcomes: Answered[]) {
  return updateGiven(tx, { rows: rowsAsText(outcomes) })
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
