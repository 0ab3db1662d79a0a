import { type Clock, systemClock } from '../lib/clock.ts'
import { every } from '../lib/every.ts'
import type { KeySpace } from '../lib/ids.ts'
import { StartError } from '../lib/start-error.ts'
import type { Db } from './db.ts'
import { ALIVE_EVERY_MS, leaveShare, lockTables, SHARES, stayAlive, takeShare } from './dialect.ts'
import { onceOnPostgres } from './postgres.ts'
import { defineCommand, type Write } from './writer.ts'

type Share = { share: number; since: number }

const sayAlive = defineCommand('say-alive', (tx, share: Share) => stayAlive(tx, share))
const sayEnded = defineCommand('say-ended', (tx, share: Share) => leaveShare(tx, share))

/**
 * Takes a share for a process that starts.
 * @throws StartError when as many processes as there are shares are alive
 */
export async function takeFirstShare(db: Db, since: number): Promise<Share> {
  const share = await takeShare(db, since)
  if (share) return share
  throw new StartError(`DATABASE_URL: ${SHARES} processes are using this database, as many as can. Stop one of them.`)
}

/**
 * Keeps saying that this process is alive, by the database's clock. One that was held up for so long that its share is
 * another's by now takes the next free one. Call the result to say that the process has ended.
 */
export function keepShare(
  url: string,
  held: Share,
  { space, clock, write }: { space: KeySpace; clock: Clock; write: Write },
): () => Promise<void> {
  let current = held
  // By this machine's timers, whatever clock the gateway has: the database counts real seconds.
  const stop = every(systemClock, ALIVE_EVERY_MS, async () => {
    if (await write(sayAlive, current)) return
    const next = await onceOnPostgres(url, async (db) => {
      await lockTables(db)
      return takeShare(db, clock.now())
    })
    if (!next) return
    current = next
    space.share = next.share
  })
  return async () => {
    stop()
    await write(sayEnded, current).catch(() => {})
  }
}
