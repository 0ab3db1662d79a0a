import { Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { StartError } from '../lib/start-error.ts'
import type { Db, Row, Value } from './db.ts'
import { StoreUnavailable } from './store-unavailable.ts'
import type { Tables } from './tables.ts'
import type { WriteConnection } from './writer.ts'

/** How many connections one process reads with, beside the one that writes. */
const READERS = 10
/** A request that waits for a database that is away gets its answer within these. Milliseconds. */
const CONNECT_MS = 2_000
const QUERY_MS = 10_000
/**
 * How long a command waits for a row that another process has just changed (milliseconds). Two batches that wait for
 * each other's rows are parted by it, sooner than PostgreSQL would notice, and what had to give way is tried again.
 */
const LOCK_MS = 200

const INT8 = 20

/** Integers as numbers: ours stay below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)),
}

type Query = (text: string, values: readonly unknown[], name?: string) => Promise<pg.QueryResult>

/** Connections to read from. A database that went away is asked again with every read. */
export function openPostgresReads(url: string): Db & { close(): Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    types,
    max: READERS,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
  })
  // An idle connection that breaks leaves the pool by itself.
  pool.on('error', () => {})
  // The pool stops listening the moment it hands a connection out, which is before we can: one that the server ends in
  // that moment would end this process.
  pool.on('connect', (client) => client.on('error', () => {}))

  let closing: Promise<void> | null = null

  async function connect() {
    if (closing) throw new Error('The store is closed.')
    const client = await pool.connect().catch((error) => {
      throw asStoreError(error)
    })
    let broken = false
    const breaks = () => {
      broken = true
    }
    client.on('error', breaks)
    const query: Query = async (text, values, name) => {
      try {
        return await client.query({ text, values: values.map(storable), ...(name && { name }) })
      } catch (error) {
        const failure = asStoreError(error)
        if (failure instanceof StoreUnavailable) breaks()
        throw failure
      }
    }
    return {
      query,
      release() {
        client.off('error', breaks)
        client.release(broken)
      },
    }
  }

  return {
    query: kyselyOver(connect),
    async execute(text, values) {
      const { query, release } = await connect()
      try {
        return (await query(text, values, nameOf(text))).rows as Row[]
      } finally {
        release()
      }
    },
    close() {
      closing ??= pool.end()
      return closing
    },
  }
}

// What every transaction is to rely on, whatever the server's or the role's own settings are. Said with each one,
// because behind a pooler two transactions need not share a session.
const BEGIN = `begin; set local synchronous_commit = on; set local lock_timeout = ${LOCK_MS};
  set local idle_in_transaction_session_timeout = ${QUERY_MS}`

/**
 * The connection that writes. It is made with the first transaction, and made anew after it broke. Statements that are
 * asked for together go to the server together.
 */
export function openPostgresWrites(url: string): WriteConnection & { close(): Promise<void> } {
  let client: pg.Client | null = null
  let begun: Promise<unknown> = Promise.resolve()

  async function reconnect(): Promise<void> {
    const fresh = clientOf(url, { query_timeout: QUERY_MS, pipeline: true })
    fresh.on('error', () => letGo(fresh))
    fresh.on('end', () => letGo(fresh))
    await fresh.connect().catch((error) => {
      throw asStoreError(error)
    })
    client = fresh
  }

  function letGo(which: pg.Client | null): void {
    if (which === null || client !== which) return
    client = null
    which.end().catch(() => {})
  }

  async function ask(ask: (client: pg.Client) => Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    const current = client
    if (!current) throw new StoreUnavailable('The database went away in the middle of a transaction.')
    try {
      return await ask(current)
    } catch (error) {
      const failure = asStoreError(error)
      if (failure instanceof StoreUnavailable) letGo(current)
      throw failure
    }
  }

  const query: Query = (text, values, name) =>
    ask((current) => current.query({ text, values: values.map(storable), ...(name && { name }) }))
  const say = (text: string) => ask((current) => current.query(text))

  return {
    query: kyselyOver(async () => ({ query, release() {} })),
    execute: async (text, values) => (await query(text, values, nameOf(text))).rows as Row[],
    async begin() {
      if (!client) await reconnect()
      // Waited for at the end only, so that the first statement travels with it.
      begun = say(BEGIN)
      begun.catch(() => {})
    },
    async mark() {
      await say('savepoint command')
    },
    async keep() {
      await say('release command')
    },
    async undo() {
      await say('rollback to command; release command')
    },
    async commit() {
      await begun
      await say('commit')
    },
    async rollback() {
      await say('rollback')
    },
    remote: true,
    collided: (error) => error instanceof pg.DatabaseError && COLLISIONS.has(error.code ?? ''),
    async close() {
      const last = client
      client = null
      await last?.end()
    },
  }
}

/**
 * Runs `task` in one transaction on a connection of its own, which waits as long as it takes.
 * @throws StartError in one line, without the password, when the database cannot be reached
 */
export async function onceOnPostgres<T>(url: string, task: (db: Db) => Promise<T>): Promise<T> {
  const client = await connectFirst(url)
  const query: Query = (text, values) => client.query({ text, values: values.map(storable) })
  try {
    await client.query('begin')
    const result = await task({
      query: kyselyOver(async () => ({ query, release() {} })),
      execute: async (text, values) => (await query(text, values)).rows as Row[],
    })
    await client.query('commit')
    return result
  } finally {
    // What was not committed ends with the connection.
    await client.end()
  }
}

async function connectFirst(url: string): Promise<pg.Client> {
  try {
    const client = clientOf(url)
    client.on('error', () => {})
    await client.connect()
    return client
  } catch (error) {
    const { host, pathname } = new URL(url)
    const reason = error instanceof Error ? error.message || ('code' in error && error.code) || error.name : error
    throw new StartError(
      `DATABASE_URL: the database ${pathname.slice(1)} at ${host} cannot be reached (${reason}). ` +
        'Start it, or correct the address, user and password.',
    )
  }
}

function clientOf(url: string, more: pg.ClientConfig = {}): pg.Client {
  return new pg.Client({
    connectionString: url,
    types,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    ...more,
  })
}

function kyselyOver(connect: () => Promise<{ query: Query; release(): void }>): Kysely<Tables> {
  const pool: PostgresPool = {
    options: {},
    async connect() {
      const { query, release } = await connect()
      // The other form of `query` takes a cursor, for streams, of which there are none.
      return { query: query as unknown as PostgresPoolClient['query'], release }
    },
    async end() {},
  }
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}

/** PostgreSQL's text holds every character but U+0000, which may well come in what others write. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : (value as Value)
}

const names = new Map<string, string>()

/** A name for a hot query, of which there are few, so that PostgreSQL reads and plans it once for each connection. */
function nameOf(text: string): string {
  let name = names.get(text)
  if (!name) {
    name = `q${names.size}`
    names.set(text, name)
  }
  return name
}

/** Serialisation failure, deadlock, lock timeout, and a unique key that another process took in the meantime. */
const COLLISIONS = new Set(['40001', '40P01', '55P03', '23505'])

/** Connection exceptions, shutting down and starting up, no connection left, and a primary that is none any more. */
const UNAVAILABLE = /^(08|57P|53300|25006)/

/** What the driver throws, or that the database is away: whatever is no answer of PostgreSQL's means that. */
function asStoreError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && !UNAVAILABLE.test(error.code ?? '')) return error
  return new StoreUnavailable('The database cannot be reached.', { cause: error })
}
