import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../lib/clock.ts'
import { ensureProject } from './commands/ensure-project.ts'
import { openStore } from './open.ts'
import { createVault } from './vault.ts'

async function vaults() {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-vault-'))
  const store = await openStore({ dataDir, clock: systemClock, random: randomBytes })
  const project = await store.write(ensureProject, { name: 'a' })
  const other = await store.write(ensureProject, { name: 'b' })
  const open = (masterKey: Buffer) => createVault({ masterKey, db: store.db, write: store.write, random: randomBytes })
  return {
    dataDir,
    open,
    place: { project_id: project.id, table: 'phone_numbers', column: 'access_token', row: 7 },
    other: other.id,
    async [Symbol.asyncDispose]() {
      await store.close()
      rmSync(dataDir, { recursive: true })
    },
  }
}

test('a secret opens in its own place, with its own master key, unchanged', async () => {
  await using world = await vaults()
  const key = randomBytes(32)
  const vault = world.open(key)
  const sealed = await vault.seal(world.place, 'canary-token')
  expect(await vault.open(world.place, sealed)).toBe('canary-token')
  expect(await world.open(key).open(world.place, sealed)).toBe('canary-token')
  expect(await vault.seal(world.place, 'canary-token')).not.toBe(sealed)

  await vault.seal({ ...world.place, project_id: world.other }, 'x')
  for (const moved of [{ row: 8 }, { column: 'app_secret' }, { table: 'meta_apps' }, { project_id: world.other }]) {
    await expect(vault.open({ ...world.place, ...moved }, sealed)).rejects.toThrow(
      expect.objectContaining({ name: 'SecretUnreadable' }),
    )
  }
  for (let at = sealed.lastIndexOf('.') + 1; at < sealed.length - 1; at += 5) {
    const flipped = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    await expect(vault.open(world.place, flipped)).rejects.toThrow(
      expect.objectContaining({ name: 'SecretUnreadable' }),
    )
  }
  await expect(world.open(randomBytes(32)).open(world.place, sealed)).rejects.toThrow(/another master key/)
  for (const file of readdirSync(world.dataDir)) {
    expect(readFileSync(join(world.dataDir, file)).includes('canary-token'), file).toBe(false)
  }
})
