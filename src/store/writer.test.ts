import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../lib/clock.ts'
import { ensureProject } from './commands/ensure-project.ts'
import { openStore } from './open.ts'
import { defineCommand } from './writer.ts'

async function storeIn() {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-store-'))
  const store = await openStore({ dataDir, clock: systemClock, random: randomBytes })
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
  await using store = await storeIn()
  const wrote = store.write(ensureProject, { name: 'a' })
  expect(await names(store)).toEqual([])
  await wrote
  expect(await names(store)).toEqual(['a'])
})

test('every commit is synced: the database runs WAL with synchronous = FULL', async () => {
  await using store = await storeIn()
  const settings = defineCommand('settings', async (tx) => [
    await tx.execute('pragma journal_mode', []),
    await tx.execute('pragma synchronous', []),
  ])
  expect(await store.write(settings, undefined)).toEqual([[{ journal_mode: 'wal' }], [{ synchronous: 2 }]])
})

test('a second process is kept out of the data folder with one line', async () => {
  await using store = await storeIn()
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
