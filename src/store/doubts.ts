import { type ExpressionBuilder, sql } from 'kysely'
import type { Db, Tx } from './db.ts'
import { isOrphaned } from './dialect.ts'
import { IS_OWED } from './sends.ts'
import type { SendRow, SendState, Tables } from './tables.ts'

/** Sends of which nobody knows what became of them. Written out, as partial indexes want it. */
export const DOUBTFUL = [sql.lit<SendState>('in_doubt'), sql.lit<SendState>('unresolved')]

/** That nobody has decided about a send. */
export const isUndecided = ({ eb, or }: ExpressionBuilder<Tables, 'sends'>) =>
  or([eb('resolution', 'is', null), eb('resolution', '=', 'deadline')])

/** Newest first. `before`: a row key, to go on behind it. */
export async function page(
  db: Db,
  project_id: number,
  { state, decided = false, phone_number, before, limit }: DoubtfulFilter & { limit: number },
): Promise<SendRow[]> {
  let query = db.query
    .selectFrom('sends')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('state', 'in', DOUBTFUL)
  if (state !== undefined) query = query.where('state', '=', state)
  if (!decided) query = query.where(isUndecided)
  if (phone_number !== undefined) query = query.where('phone_number', '=', phone_number)
  if (before !== undefined) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

export type DoubtfulFilter = {
  state?: 'in_doubt' | 'unresolved' | undefined
  /** Also those that somebody has decided about. */
  decided?: boolean | undefined
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
      or([isStranded(db, limits), and([eb('state', '!=', 'intent'), eb('id', '<', limits.in_doubt_since)])]),
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

/** It was to be sent again and nothing went out: unless a status has told meanwhile, it may be decided about again. */
export async function reopen(tx: Tx, { project_id, id }: Pick<SendRow, 'project_id' | 'id'>): Promise<void> {
  await tx.query
    .updateTable('sends')
    .set({ resolution: null })
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .where('resolution', '=', 'resend')
    .where('state', '=', 'unresolved')
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
    .where(isUndecided)
    .returningAll()
    .executeTakeFirst()
}
