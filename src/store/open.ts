import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Migrator } from 'kysely/migration'
import type { Clock } from '../lib/clock.ts'
import { createIds, type Random } from '../lib/ids.ts'
import { StartError } from '../lib/start-error.ts'
import type { Db } from './db.ts'
import { lockInstance } from './instance-lock.ts'
import { migrations } from './migrations/index.ts'
import { type Connection, openSqlite } from './sqlite.ts'
import { createWriter, type Write } from './writer.ts'

export type Store = {
  /** To read from. It sees what is committed. */
  db: Db
  /** The only way to change anything. */
  write: Write
  /** Commits what was asked for, then lets go of the data folder. */
  close(): Promise<void>
}

/**
 * Opens the store in `dataDir`, alone, and brings its tables up to date.
 * @throws StartError when another process holds the folder, or the store was written by a newer Fairlead.
 */
export async function openStore({
  dataDir,
  clock,
  random,
}: {
  dataDir: string
  clock: Clock
  random: Random
}): Promise<Store> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const open: Array<() => void> = [lockInstance(dataDir)]
  const letGo = () => {
    for (const close of open.splice(0).reverse()) close()
  }
  try {
    const path = join(dataDir, 'fairlead.db')
    const writes = openSqlite(path, 'write')
    open.push(writes.close)
    chmodSync(path, 0o600)
    await migrate(writes)
    const reads = openSqlite(path, 'read')
    open.push(reads.close)
    const ids = createIds(clock, random, await highestRow(reads))
    const writer = createWriter(writes, ids)
    return {
      db: reads,
      write: writer.write,
      async close() {
        await writer.close()
        letGo()
      },
    }
  } catch (error) {
    letGo()
    throw error
  }
}

/** All new migrations in one transaction: a start that is killed leaves the tables as they were. */
async function migrate(connection: Connection): Promise<void> {
  const migrator = new Migrator({ db: connection.query, provider: { getMigrations: async () => migrations } })
  await connection.execute('begin immediate', [])
  const { error } = await migrator.migrateToLatest()
  await connection.execute(error ? 'rollback' : 'commit', [])
  if (!error) return
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new StartError('The data folder was written by a newer Fairlead. Start that version, or restore a backup.')
  }
  throw error
}

/** The highest row key in use, so that a clock set back cannot give it out again. */
async function highestRow(db: Db): Promise<number> {
  const tables = [
    'sends',
    'messages',
    'raw_webhooks',
    'conversations',
    'contacts',
    'api_keys',
    'phone_numbers',
  ] as const
  const highest = await Promise.all(
    tables.map((table) =>
      db.query
        .selectFrom(table)
        .select((eb) => eb.fn.max('id').as('id'))
        .executeTakeFirst(),
    ),
  )
  return Math.max(0, ...highest.map((row) => Number(row?.id ?? 0)))
}
