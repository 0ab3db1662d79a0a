import type { Context } from '../context.ts'
import { MINUTE } from '../lib/clock.ts'
import { every } from '../lib/every.ts'
import { endDoubts } from '../store/commands/end-doubts.ts'
import { isAnyOverdue, type Limits } from '../store/doubts.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'

/** How often to look. More often where other processes may end at any time. Milliseconds. */
const LOOK_MS = { alone: 5_000, shared: 1_000 }

/** By then a send whose process lives is settled, because a request to Meta takes 35 s at most. Microseconds. */
const ON_THEIR_WAY = 2 * MINUTE

/**
 * Looks after sends whose outcome nobody has written down: what a sudden end left on its way is in doubt, and what was
 * in doubt for too long is unresolved. Neither is ever sent again by itself. Call the result to stop.
 */
export function lookAfterDoubts(context: Context): () => void {
  const { clock, store, log } = context
  return every(clock, store.alone ? LOOK_MS.alone : LOOK_MS.shared, async () => {
    await lookOnce(context).catch((error) => {
      // That the database is away is said by those who wait for it.
      if (!(error instanceof StoreUnavailable)) log.warn({ err: error }, 'sends in doubt could not be looked after')
    })
  })
}

/** Looks now. */
export async function lookOnce({ clock, config, store, log, metrics }: Context): Promise<void> {
  const now = clock.now()
  const limits: Limits = {
    started: store.started,
    on_their_way_since: now - ON_THEIR_WAY,
    in_doubt_since: now - config.doubtMinutes * MINUTE,
  }
  if (!(await isAnyOverdue(store.db, limits))) return
  const { doubted, unresolved } = await store.write(endDoubts, limits)
  if (doubted > 0) {
    log.warn({ sends: doubted }, 'sends were on their way when their Fairlead ended: they are in doubt')
  }
  for (let send = 0; send < doubted; send += 1) metrics.sendSettled('in_doubt')
  for (const { uuid } of unresolved) {
    metrics.sendSettled('unresolved')
    log.warn({ send: uuid }, 'nothing has told in time what became of a send: it is unresolved')
  }
}
