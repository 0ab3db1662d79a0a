import { accessSync, chmodSync, constants, statSync } from 'node:fs'
import { join } from 'node:path'
import { Migrator } from 'kysely/migration'
import type { Clock } from '../lib/clock.ts'
import { createIds, type Ids, type Random } from '../lib/ids.ts'
import { makeFolder } from '../lib/make-folder.ts'
import { StartError } from '../lib/start-error.ts'
import type { Db } from './db.ts'
import { lockTables, SHARES } from './dialect.ts'
import { lockInstance } from './instance-lock.ts'
import { migrations } from './migrations/index.ts'
import { onceOnPostgres, openPostgresReads, openPostgresWrites } from './postgres.ts'
import { keepShare, takeFirstShare } from './process-share.ts'
import { asWriteConnection, openSqlite } from './sqlite.ts'
import { createWriter, type Write } from './writer.ts'

export type Store = {
  /** To read from. It sees what is committed. */
  db: Db
  /** The only way to change anything. */
  write: Write
  /** Gives row keys and public ids, as the commands do. */
  ids: Ids
  /** Whether no other process can be using it. */
  alone: boolean
  /** Every row key that this process gives is higher. Microseconds. */
  started: number
  /** Commits what was asked for, then lets go of the data folder or the connections. */
  close(): Promise<void>
}

/**
 * Opens the store, on PostgreSQL at `databaseUrl`, or alone in `dataDir` where there is none, and brings its tables up
 * to date.
 * @throws StartError when another process holds the folder, the database cannot be reached, or the store was written by
 * a newer Fairlead.
 */
export async function openStore({
  dataDir,
  databaseUrl = null,
  clock,
  random,
  committed,
}: {
  dataDir: string
  databaseUrl?: string | null
  clock: Clock
  random: Random
  /** Hears of every commit, with how many commands it held. */
  committed?: (commands: number) => void
}): Promise<Store> {
  try {
    makeFolder(dataDir)
    accessSync(dataDir, constants.W_OK | constants.X_OK)
    if (!statSync(dataDir).isDirectory()) throw new Error('it is a file')
  } catch (error) {
    const reason = error instanceof Error ? ('code' in error ? error.code : error.message) : error
    throw new StartError(
      `FAIRLEAD_DATA_DIR: ${dataDir} cannot be used as a folder to write in (${reason}). Choose another, or correct it.`,
    )
  }
  return databaseUrl === null
    ? openOnSqlite(dataDir, clock, random, committed)
    : openOnPostgres(databaseUrl, clock, random, committed)
}

async function openOnSqlite(
  dataDir: string,
  clock: Clock,
  random: Random,
  committed?: (commands: number) => void,
): Promise<Store> {
  const open: Array<() => void> = [lockInstance(dataDir)]
  const letGo = () => {
    for (const close of open.splice(0).reverse()) close()
  }
  try {
    const path = join(dataDir, 'fairlead.db')
    const writes = openSqlite(path, 'write')
    open.push(writes.close)
    chmodSync(path, 0o600)
    writes.run('begin immediate')
    await migrate(writes)
    writes.run('commit')
    const reads = openSqlite(path, 'read')
    open.push(reads.close)
    const started = Math.max(await highestRow(reads), clock.now())
    const ids = createIds(clock, random, { after: started })
    const writer = createWriter(asWriteConnection(writes), ids, committed)
    return {
      db: reads,
      write: writer.write,
      ids,
      alone: true,
      started,
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

async function openOnPostgres(
  databaseUrl: string,
  clock: Clock,
  random: Random,
  committed?: (commands: number) => void,
): Promise<Store> {
  const held = await onceOnPostgres(databaseUrl, async (db) => {
    await lockTables(db)
    await migrate(db)
    return takeFirstShare(db, clock.now())
  })
  const writes = openPostgresWrites(databaseUrl)
  const reads = openPostgresReads(databaseUrl)
  const space = { share: held.share, shares: SHARES }
  const ids = createIds(clock, random, { after: held.since, space })
  const writer = createWriter(writes, ids, committed)
  const leaveShare = keepShare(databaseUrl, held, { space, clock, write: writer.write })
  return {
    db: reads,
    write: writer.write,
    ids,
    alone: false,
    started: held.since,
    async close() {
      await leaveShare()
      await writer.close()
      await writes.close()
      await reads.close()
    },
  }
}

/** All new migrations, in the transaction that is open: a start that is killed leaves the tables as they were. */
async function migrate(db: Db): Promise<void> {
  const migrator = new Migrator({
    db: db.query,
    provider: { getMigrations: async () => migrations },
    disableTransactions: true,
  })
  const { error } = await migrator.migrateToLatest()
  if (!error) return
  if (error instanceof Error && error.message.includes('corrupted migrations')) {
    throw new StartError('The store was written by a newer Fairlead. Start that version, or restore a backup.')
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
