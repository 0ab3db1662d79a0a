import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto'
import type { Random } from '../lib/ids.ts'
import { createDataKey } from './commands/create-data-key.ts'
import type { Db } from './db.ts'
import type { Write } from './writer.ts'

/** Where a secret lives. A sealed secret opens only in its own place: moved to another row it is refused. */
export type Place = { project_id: number; table: string; column: string; row: number }

export type Vault = {
  /** The secret as it may be stored: `v1.{data key}.{nonce + ciphertext + tag, base64url}`. */
  seal(place: Place, secret: string): Promise<string>
  /** @throws SecretUnreadable when it was not sealed here, with this master key, or was changed since. */
  open(place: Place, sealed: string): Promise<string>
  /** 32 bytes for one purpose, the same on every start with the same master key. */
  derive(purpose: string): Buffer
}

export class SecretUnreadable extends Error {
  override name = 'SecretUnreadable'
}

/** AES-256-GCM under a data key per project, which is itself sealed with `masterKey` (32 bytes). */
export function createVault({
  masterKey,
  db,
  write,
  random,
}: {
  masterKey: Buffer
  db: Db
  write: Write
  random: Random
}): Vault {
  const masterKeyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 16)
  const dataKeys = new Map<string, Buffer>()

  async function dataKey(project_id: number, id?: number): Promise<{ id: number; key: Buffer } | null> {
    const row = await db.query
      .selectFrom('data_keys')
      .selectAll()
      .where('project_id', '=', project_id)
      .$if(id !== undefined, (query) => query.where('id', '=', id ?? 0))
      .orderBy('id', 'desc')
      .executeTakeFirst()
    if (!row) return null
    const cached = dataKeys.get(`${project_id}.${row.id}`)
    if (cached) return { id: row.id, key: cached }
    if (row.master_key_id !== masterKeyId) {
      throw new SecretUnreadable('The secrets in this store were sealed with another master key (FAIRLEAD_MASTER_KEY).')
    }
    const key = decrypt(masterKey, row.sealed, `data_keys.sealed:${project_id}`)
    dataKeys.set(`${project_id}.${row.id}`, key)
    return { id: row.id, key }
  }

  async function newestDataKey(project_id: number): Promise<{ id: number; key: Buffer }> {
    const existing = await dataKey(project_id)
    if (existing) return existing
    const sealed = encrypt(masterKey, random(32), `data_keys.sealed:${project_id}`, random)
    await write(createDataKey, { project_id, sealed, master_key_id: masterKeyId })
    const created = await dataKey(project_id)
    if (!created) throw new Error('a data key vanished after it was written')
    return created
  }

  return {
    async seal(place, secret) {
      const { id, key } = await newestDataKey(place.project_id)
      return `v1.${id}.${encrypt(key, Buffer.from(secret), associated(place), random)}`
    },
    async open(place, sealed) {
      const [version, id, payload] = sealed.split('.')
      if (version !== 'v1' || !id || !payload) throw new SecretUnreadable('A stored secret is not in a known form.')
      const found = await dataKey(place.project_id, Number(id))
      if (!found) throw new SecretUnreadable('The data key of a stored secret is missing.')
      return decrypt(found.key, payload, associated(place)).toString()
    },
    derive: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', purpose, 32)),
  }
}

const associated = ({ project_id, table, column, row }: Place) => `${table}.${column}:${row}:${project_id}`

const NONCE = 12
const TAG = 16

function encrypt(key: Buffer, secret: Buffer, associatedData: string, random: Random): string {
  const nonce = random(NONCE)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associatedData))
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

function decrypt(key: Buffer, payload: string, associatedData: string): Buffer {
  const bytes = Buffer.from(payload, 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(associatedData))
      .setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()])
  } catch {
    throw new SecretUnreadable('A stored secret does not open: it was changed, moved, or sealed with another key.')
  }
}
