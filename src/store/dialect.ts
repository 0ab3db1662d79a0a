import {
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

/**
 * PostgreSQL only: which share of the row keys this process gives. Keys stay times in microseconds, and processes that
 * run together give different ones without asking each other. A sequence for the keys themselves would cost a round
 * trip each and would not sort as time does. The shares come round again after 32 starts: should two processes then
 * have the same one and give the same key, the second meets the primary key and is run again with the next.
 */
export async function takeShare({ query }: Db): Promise<number> {
  await sql`create sequence if not exists process_shares minvalue 0 maxvalue ${sql.lit(SHARES - 1)} cycle`.execute(
    query,
  )
  const { rows } = await sql<{ share: number }>`select nextval('process_shares') as share`.execute(query)
  return rows[0]?.share ?? 0
}

/**
 * A condition on a stored webhook that holds for the one process that may understand webhooks until its transaction
 * ends: they are understood one after another, in the order in which they came, however many processes there are. A
 * process that becomes the one in the middle of its transaction leaves none behind that it was refused before.
 */
export function intakeIsOurs(db: Executing): RawBuilder<SqlBool> {
  if (!isPostgres(db)) return sql`true`
  return sql`pg_try_advisory_xact_lock(${sql.lit(LOCKS.intake)}) and not exists (
    select from raw_webhooks as older where older.state = 'stored' and older.id < raw_webhooks.id)`
}

/**
 * PostgreSQL only: rows that come with a statement, to be read as if they stood in that table. `rows`: what `rowsAsText`
 * made. Columns that a row does not name are null.
 */
export function given<Table extends keyof Tables & string>(table: Table, rows: RawBuilder<string>) {
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
