import type { Context } from '../context.ts'
import { every } from '../lib/every.ts'
import { expireKeys } from '../store/commands/idempotency-keys.ts'

/** Milliseconds. */
const LOOK_MS = 60 * 60_000

/** Forgets idempotency keys that have had their time, some at once so that no send waits for it. Call the result to stop. */
export function forgetExpiredKeys({ clock, store, log }: Context): () => void {
  return every(clock, LOOK_MS, async () => {
    try {
      while ((await store.write(expireKeys, { now: clock.now() })) > 0);
    } catch (error) {
      log.warn({ err: error }, 'expired idempotency keys could not be forgotten')
    }
  })
}
