import type { Webhook } from '../state.ts'

/** Above `most` the oldest webhooks leave; those still waiting for their acknowledgement stay. */
export function keepFew(webhooks: Map<number, Webhook>, most: number): void {
  let looked = 0
  for (const old of webhooks.values()) {
    // Looking past some that wait keeps this from ever walking the whole log.
    if (webhooks.size <= most || looked++ > 100) return
    if (old.status !== 'pending') webhooks.delete(old.id)
  }
}
