import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../lib/start-error.ts'

/**
 * Holds the data folder for this process: a second one must not write beside it. The lock is the operating system's,
 * through a small database kept locked, so it ends with the process however that ends.
 * @throws StartError when another process holds it.
 */
export function lockInstance(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, 'instance.lock'), { timeout: 0 })
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch {
    lock.close()
    throw new StartError(
      `Another Fairlead is using the data folder ${dataDir}. Stop it, or set FAIRLEAD_DATA_DIR to another folder.`,
    )
  }
  return () => lock.close()
}
