import type { Context } from '../context.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'

const AGAIN_MS = 500

/**
 * Writes what need not hold up an answer: a failure is logged as `failure`. While the database is away it is tried again
 * behind the caller's back until it is there.
 */
export async function untilStored(
  context: Context,
  write: () => Promise<unknown>,
  failure: string,
  about: { send?: string } = {},
): Promise<void> {
  try {
    await write()
  } catch (error) {
    context.log.error({ ...about, err: error }, failure)
    if (error instanceof StoreUnavailable) tryAgain()
  }

  function tryAgain(): void {
    context.clock.after(AGAIN_MS, () => {
      write().catch((error) => {
        if (error instanceof StoreUnavailable) tryAgain()
        else context.log.error({ ...about, err: error }, `${failure}, also after the database came back`)
      })
    })
  }
}
