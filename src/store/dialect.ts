import { type CreateTableBuilder, sql } from 'kysely'

// Whatever differs between the engines is in this file. PostgreSQL joins here.

/** Column types by what they hold. Times and row keys are microseconds: integers below 2^53 on every engine. */
export const column = {
  integer: sql`integer`,
  text: sql`text`,
  bytes: sql`blob`,
} as const

/**
 * A table that grows with traffic. Its key starts with the project on every engine, so that it can be cut by project.
 * SQLite keeps the row key as rowid, because a wide row under a composite key would be stored twice.
 */
export function growing<Table extends string, Column extends string>(
  table: CreateTableBuilder<Table, Column>,
): CreateTableBuilder<Table, Column | 'project_id' | 'id'> {
  return table
    .addColumn('project_id', column.integer, (c) => c.notNull())
    .addColumn('id', column.integer, (c) => c.notNull().primaryKey())
    .modifyEnd(sql`strict`)
}
