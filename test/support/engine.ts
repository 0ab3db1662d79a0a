import { createHash } from 'node:crypto'
import { ensureDatabase } from './postgres-server.ts'

/** The settings that put a gateway on the engine that the run is told on. A data folder has a database of its own, which a restart finds again. */
export async function engineSettings(dataDir: string): Promise<Record<string, string>> {
  const server = process.env.TEST_POSTGRES
  if (!server) return {}
  const name = `fairlead_${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
  return {
    DATABASE_URL: await ensureDatabase(server, name),
    FAIRLEAD_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  }
}
