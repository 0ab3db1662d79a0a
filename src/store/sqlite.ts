import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { Kysely, SqliteDialect } from 'kysely'
import type { Db, Row, Value } from './db.ts'
import type { Tables } from './tables.ts'
import type { WriteConnection } from './writer.ts'

/** `run`: a statement without values and rows, at once. */
type Connection = Db & { run(sql: string): void; close(): void }

/** Opens one connection to the SQLite file at `path`. A read connection refuses every write. */
export function openSqlite(path: string, purpose: 'read' | 'write'): Connection {
  const database = new DatabaseSync(path, { timeout: 5000 })
  // FULL: a commit is on the disk before it is reported. NORMAL lost one row in eight in a simulated power cut.
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  database.exec('pragma cache_size = -32768; pragma temp_store = memory; pragma secure_delete = on')
  if (purpose === 'read') database.exec('pragma query_only = on')

  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    let statement = prepared.get(sql)
    if (!statement) {
      statement = database.prepare(sql)
      // Lists with filters make new texts; the hot ones are few and come back at once.
      if (prepared.size >= 500) prepared.clear()
      prepared.set(sql, statement)
    }
    return statement
  }

  return {
    query: new Kysely<Tables>({ dialect: new SqliteDialect({ database: { prepare: asKyselyExpects, close() {} } }) }),
    run: (sql) => {
      prepare(sql).run()
    },
    execute: async (sql, parameters) => prepare(sql).all(...parameters) as Row[],
    close: () => {
      prepared.clear()
      database.close()
    },
  }

  function asKyselyExpects(sql: string) {
    const statement = prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...(parameters as Value[])),
      run: (parameters: readonly unknown[]) => statement.run(...(parameters as Value[])),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...(parameters as Value[])),
    }
  }
}

/** The connection as the writer uses it. */
export function asWriteConnection(connection: Connection): WriteConnection {
  const { query, execute, run } = connection
  return {
    query,
    execute,
    begin: async () => run('begin immediate'),
    mark: async () => run('savepoint command'),
    keep: async () => run('release command'),
    async undo() {
      run('rollback to command')
      run('release command')
    },
    commit: async () => run('commit'),
    rollback: async () => run('rollback'),
    // Nobody else writes.
    collided: () => false,
    remote: false,
  }
}
