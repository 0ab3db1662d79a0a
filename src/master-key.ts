import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Config, refuseReadableByOthers } from './config.ts'
import type { Random } from './lib/ids.ts'
import { StartError } from './lib/start-error.ts'

/**
 * The key that seals stored secrets (32 bytes): from the settings, or from a file of its own beside the database, which
 * is made on the first start. `made`: the path of the new file, to be pointed out to the operator once.
 * @throws StartError when the file is readable by others or does not hold a key
 */
export function loadMasterKey(
  { masterKey, dataDir }: Pick<Config, 'masterKey' | 'dataDir'>,
  random: Random,
): { key: Buffer; made: string | null } {
  if (masterKey) return { key: masterKey, made: null }
  const path = join(dataDir, 'master.key')
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const key = random(32)
    writeFileSync(path, `${key.toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
    return { key, made: path }
  }
  refuseReadableByOthers(path, 'The master key')
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length !== 32)
    throw new StartError(`${path} does not hold a master key (32 bytes in base64). Restore it from a backup.`)
  return { key, made: null }
}
