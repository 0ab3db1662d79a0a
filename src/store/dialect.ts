import {
  type AliasedRawBuilder,
  type CreateTableBuilder,
  type Kysely,
  PostgresAdapter,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely'
import type { Db, Value } from './db.ts'
import type { Tables } from './tables.ts'

// Whatever differs between the engines in what is asked of them is in this file. How each is reached is in
// `sqlite.ts` and `postgres.ts`.

type Executing = Pick<Kysely<unknown>, 'getExecutor'>

const isPostgres = (db: Executing) => db.getExecutor().adapter instanceof PostgresAdapter

/** Whether other processes may write beside us. */
export const isShared = isPostgres

/** Column types by what they hold. Times and row keys are microseconds: integers below 2^53 on every engine. */
export function columns(db: Executing) {
  return isPostgres(db)
    ? { integer: sql`bigint`, text: sql`text`, bytes: sql`bytea` }
    : { integer: sql`integer`, text: sql`text`, bytes: sql`blob` }
}

/** How a table's definition ends. SQLite must be told to mind types; a `lean` table there lies in its primary key. */
export function tableEnd(db: Executing, lean?: 'lean'): RawBuilder<unknown> {
  if (isPostgres(db)) return sql``
  return lean ? sql`strict, without rowid` : sql`strict`
}

/**
 * A table that grows with traffic. Its key starts with the project on every engine, so that it can be cut by project.
 * SQLite keeps the row key as rowid, because a wide row under a composite key would be stored twice.
 */
export function growing<Table extends string>(
  db: Kysely<unknown>,
  table: Table,
): CreateTableBuilder<Table, 'project_id' | 'id'> {
  const { integer } = columns(db)
  const keyed = db.schema
    .createTable(table)
    .addColumn('project_id', integer, (c) => c.notNull())
    .addColumn('id', integer, (c) => (isPostgres(db) ? c.notNull() : c.notNull().primaryKey()))
  return isPostgres(db)
    ? keyed.addPrimaryKeyConstraint(`${table}_pk`, ['project_id', 'id'])
    : keyed.modifyEnd(tableEnd(db))
}

/** PostgreSQL only: until its transaction ends, no other process brings the tables up to date. */
export async function lockTables({ query }: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCKS.tables})`.execute(query)
}

/** Numbers for PostgreSQL's advisory locks, anything that others would hardly choose. */
const LOCKS = { tables: 6_174_001, intake: 6_174_002 }

/** Into how many shares row keys are divided: with 32, each process has 31 keys a millisecond to give. */
export const SHARES = 32

/** PostgreSQL only: its own clock, which all processes share. Microseconds. */
const databaseNow = sql<number>`(extract(epoch from clock_timestamp()) * 1000000)::bigint`

/** How long a process counts as alive after it has last said so. Microseconds. */
const ALIVE = 2_500_000

/** How often it says so. Milliseconds. */
export const ALIVE_EVERY_MS = 800

/**
 * PostgreSQL only: takes a share of the row keys that no living process has. Keys stay times in microseconds, and
 * processes that run together give different ones without asking each other; a sequence for the keys themselves would
 * cost a round trip each and would not sort as time does. `since`: gives no key up to this one. Null when all shares
 * are taken.
 */
export async function takeShare({ query }: Db, since: number): Promise<{ share: number; since: number } | null> {
  const { rows } = await sql<{ share: number; since: number }>`
    insert into processes (share, since, alive_until)
    select free.share, greatest(${since}, coalesce(held.since, 0) + 1), ${databaseNow} + ${sql.lit(ALIVE)}
    from generate_series(0, ${sql.lit(SHARES - 1)}) as free (share)
    left join processes held on held.share = free.share
    where held.share is null or held.alive_until < ${databaseNow}
    order by held.alive_until nulls first, free.share
    limit 1
    on conflict (share) do update set since = excluded.since, alive_until = excluded.alive_until
      where processes.alive_until < ${databaseNow}
    returning share, since`.execute(query)
  return rows[0] ?? null
}

/** PostgreSQL only: says that the process with this share is alive. False when another one has taken the share. */
export async function stayAlive({ query }: Db, { share, since }: { share: number; since: number }): Promise<boolean> {
  const { rows } = await sql`update processes set alive_until = ${databaseNow} + ${sql.lit(ALIVE)}
    where share = ${share} and since = ${since} returning share`.execute(query)
  return rows.length > 0
}

/** PostgreSQL only: what the process with this share has begun is an orphan's from now on. */
export async function leaveShare({ query }: Db, { share, since }: { share: number; since: number }): Promise<void> {
  await sql`update processes set alive_until = 0 where share = ${share} and since = ${since}`.execute(query)
}

/**
 * A condition that holds for a row key that a process gave which has ended. `started`: when this process started, by
 * row keys; on SQLite, where no other can be alive, all before it were others'.
 */
export function isOrphaned(db: Executing, row: RawBuilder<number>, started: number): RawBuilder<SqlBool> {
  if (!isPostgres(db)) return sql`${row} <= ${started}`
  return sql`not exists (select from processes where processes.share = ${row} % ${sql.lit(SHARES)}
    and processes.since <= ${row} and processes.alive_until > ${databaseNow})`
}

export async function dropSequence(db: Kysely<unknown>, name: string): Promise<void> {
  if (isPostgres(db)) await sql`drop sequence if exists ${sql.ref(name)}`.execute(db)
}

/**
 * A condition that holds for the one process that may understand webhooks until its transaction ends, and for the oldest
 * webhook only: they are understood one after another, in the order in which they came, however many processes there
 * are. One that was refused because another process was at it must not be overtaken by the next.
 */
export function intakeIsOurs(db: Executing, webhook: number): RawBuilder<SqlBool> {
  if (!isPostgres(db)) return sql`true`
  return sql`pg_try_advisory_xact_lock(${sql.lit(LOCKS.intake)})
    and not exists (select from raw_webhooks as older where older.state = 'stored' and older.id < ${webhook})`
}

/**
 * PostgreSQL only: rows that come with a statement, to be read as if they stood in that table. `rows`: what `rowsAsText`
 * made. Columns that a row does not name are null.
 */
export function given<Table extends keyof Tables & string>(
  table: Table,
  rows: RawBuilder<string>,
): AliasedRawBuilder<Selectable<Tables[Table]>, 'given'> {
  return sql<Selectable<Tables[Table]>>`json_populate_recordset(null::${sql.table(table)}, ${rows}::json)`.as('given')
}

/** One value for any number of rows, so that a statement has one text however many there are. */
export function rowsAsText(rows: Array<Record<string, Value>>): string {
  return JSON.stringify(
    rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value)]))),
  )
}

function asJson(value: Value): string | number | null {
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`
  // PostgreSQL's text does not hold U+0000.
  return typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value
}
