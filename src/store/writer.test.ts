import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { engineSettings } from '../../test/support/engine.ts'
import { systemClock } from '../lib/clock.ts'
import { createIds } from '../lib/ids.ts'
import { ensureProject } from './commands/ensure-project.ts'
import { storeWebhook } from './commands/store-webhook.ts'
import type { Db, Tx } from './db.ts'
import { openStore } from './open.ts'
import { createWriter, defineCommand } from './writer.ts'

/** On the engine of the run, unless SQLite is asked for. */
async function storeIn(engine?: 'sqlite') {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-store-'))
  const databaseUrl = engine === 'sqlite' ? null : ((await engineSettings(dataDir)).DATABASE_URL ?? null)
  const store = await openStore({ dataDir, databaseUrl, clock: systemClock, random: randomBytes })
  return {
    ...store,
    dataDir,
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

const names = async (store: Awaited<ReturnType<typeof storeIn>>) =>
  (await store.db.query.selectFrom('projects').select('name').orderBy('id').execute()).map(({ name }) => name)

test('commands asked for together share a transaction, in their order, and one that fails fails alone', async () => {
  await using store = await storeIn()
  const failing = defineCommand('failing', async (tx, name: string) => {
    await tx.query.insertInto('projects').values({ id: tx.ids.row(), uuid: name, name, created_at: 0 }).execute()
    throw new Error('no')
  })
  const results = await Promise.allSettled([
    store.write(ensureProject, { name: 'a' }),
    store.write(failing, 'lost'),
    store.write(ensureProject, { name: 'b' }),
  ])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await names(store)).toEqual(['a', 'b'])
})

test('what is answered is committed: another connection sees it', async () => {
  // A write elsewhere may be done before the first read is.
  await using store = await storeIn('sqlite')
  const wrote = store.write(ensureProject, { name: 'a' })
  expect(await names(store)).toEqual([])
  await wrote
  expect(await names(store)).toEqual(['a'])
})

test('every commit is synced: the database runs WAL with synchronous = FULL', async () => {
  await using store = await storeIn('sqlite')
  const settings = defineCommand('settings', async (tx) => [
    await tx.execute('pragma journal_mode', []),
    await tx.execute('pragma synchronous', []),
  ])
  expect(await store.write(settings, undefined)).toEqual([[{ journal_mode: 'wal' }], [{ synchronous: 2 }]])
})

test('a second process is kept out of the data folder with one line', async () => {
  await using store = await storeIn('sqlite')
  const again = openStore({ dataDir: store.dataDir, clock: systemClock, random: randomBytes })
  await expect(again).rejects.toThrow(
    /^Another Fairlead is using the data folder .* FAIRLEAD_DATA_DIR to another folder\.$/,
  )
})

test('a store written by a newer version is refused, and let go of', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-store-'))
  const open = () => openStore({ dataDir, clock: systemClock, random: randomBytes })
  const newer = defineCommand('newer', async (tx) => {
    await tx.execute("insert into kysely_migration (name, timestamp) values ('999-later', '2030')", [])
  })
  const store = await open()
  await store.write(newer, undefined)
  await store.close()
  await expect(open()).rejects.toThrow(/newer Fairlead/)
  await expect(open()).rejects.toThrow(/newer Fairlead/)
  rmSync(dataDir, { recursive: true })
})

/** A command that makes a project for each name, and tells in which form it was run. */
function makeProject(forms: string[], { refused = '', as = 'make-project' } = {}) {
  async function make(tx: Tx, name: string): Promise<string> {
    const id = tx.ids.row()
    await tx.query.insertInto('projects').values({ id, uuid: name, name, created_at: 0 }).execute()
    if (name === refused) throw new Error('no')
    return name
  }
  return defineCommand(
    as,
    (tx, name: string) => {
      forms.push(name)
      return make(tx, name)
    },
    {
      async batch(tx, names) {
        forms.push(names.join('+'))
        const made = []
        for (const name of names) made.push(await make(tx, name))
        return made
      },
    },
  )
}

const onPostgres = () => process.env.TEST_POSTGRES !== undefined

test('equal commands of a transaction are run as one where statements are dear, and each gets its own result', async () => {
  await using store = await storeIn()
  const forms: string[] = []
  const make = makeProject(forms)
  const asked = ['a', 'b'].map((name) => store.write(make, name))
  const other = store.write(ensureProject, { name: 'c' })
  const last = store.write(make, 'd')
  expect(await Promise.all([...asked, last])).toEqual(['a', 'b', 'd'])
  await other
  expect(forms).toEqual(onPostgres() ? ['a+b', 'd'] : ['a', 'b', 'd'])
  expect(await names(store)).toEqual(['a', 'b', 'c', 'd'])
})

test('commands that can be run as one pass one another, and no command that cannot', async () => {
  await using store = await storeIn()
  const forms: string[] = []
  const one = makeProject(forms)
  const other = makeProject(forms, { as: 'other' })
  const asked = [
    store.write(one, 'a'),
    store.write(other, 'b'),
    store.write(one, 'c'),
    store.write(ensureProject, { name: 'd' }),
    store.write(one, 'e'),
    store.write(other, 'f'),
    store.write(one, 'g'),
  ]
  expect((await Promise.all(asked)).map((out) => (typeof out === 'string' ? out : out.name))).toEqual([...'abcdefg'])
  expect(forms).toEqual(onPostgres() ? ['a+c', 'b', 'e+g', 'f'] : [...'abcefg'])
  expect(await names(store)).toEqual(onPostgres() ? [...'acbdegf'] : [...'abcdefg'])
})

test('what is run as one and fails is taken back and run one by one', async () => {
  await using store = await storeIn()
  const forms: string[] = []
  const make = makeProject(forms, { refused: 'b' })
  const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => store.write(make, name)))
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(forms).toEqual([...(onPostgres() ? ['a+b+c'] : ['a', 'b']), 'a', 'b', 'c'])
  expect(await names(store)).toEqual(['a', 'c'])
})

test('webhooks that come together are stored together, byte for byte, small and large', async () => {
  await using store = await storeIn()
  const { id: project_id } = await store.write(ensureProject, { name: 'a' })
  const bodies = [
    Buffer.from('{"text":"\\u0000 \\\\x00 olá"}'),
    Buffer.from([0, 1, 34, 92, 128, 255]),
    randomBytes(100_000),
  ]
  const keys = await Promise.all(bodies.map((body) => store.write(storeWebhook, { project_id, meta_app: 7, body })))
  const rows = await store.db.query.selectFrom('raw_webhooks').selectAll().orderBy('id').execute()
  expect(rows.map(({ id }) => id)).toEqual(keys)
  expect(rows.map(({ body }) => Buffer.from(body).toString('hex'))).toEqual(bodies.map((body) => body.toString('hex')))
  expect(rows[0]).toMatchObject({ project_id, meta_app: 7, state: 'stored', error: null, created_at: keys[0] })
})

test('a commit that nobody knows the end of is not run again', async () => {
  let runs = 0
  const counted = defineCommand('counted', async () => {
    runs += 1
  })
  const done = async () => {}
  const lost = async () => {
    throw new Error('connection lost')
  }
  const nothing = { query: null, execute: async () => [] } as unknown as Db
  const ids = createIds(systemClock, randomBytes)
  const connection = { ...nothing, begin: done, mark: done, keep: done, undo: done, commit: lost, rollback: done }
  const writer = createWriter({ ...connection, collided: () => true, remote: true }, ids)
  const results = await Promise.allSettled([writer.write(counted, 1), writer.write(counted, 2)])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(runs).toBe(2)
})
