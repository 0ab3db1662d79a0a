import type { State } from '../state.ts'

const KEPT = 50_000

/**
 * Takes one from a token bucket: up to `burst` at once, one more every `everyMs`. False when there is none. `now`:
 * microseconds.
 */
export function takeFrom(state: State, name: string, rate: { burst: number; everyMs: number }, now: number): boolean {
  const bucket = state.buckets.get(name)
  const refilled = bucket ? bucket.level + (now - bucket.at) / 1000 / rate.everyMs : rate.burst
  const level = Math.min(rate.burst, refilled)
  if (level < 1) return false
  // Used last, kept last.
  state.buckets.delete(name)
  state.buckets.set(name, { level: level - 1, at: now })
  if (state.buckets.size > KEPT) forgetOldest(state)
  return true
}

/** Counts one within a fixed window, and says how many that makes. `now`: microseconds. */
export function countIn(state: State, name: string, windowMs: number, now: number): number {
  const bucket = state.buckets.get(name)
  const fresh = !bucket || now - bucket.at >= windowMs * 1000
  const counted = fresh ? { level: 1, at: now } : { level: bucket.level + 1, at: bucket.at }
  state.buckets.set(name, counted)
  return counted.level
}

/** Milliseconds until a window counted by `countIn` is over. */
export function leftOf(state: State, name: string, windowMs: number, now: number): number {
  const bucket = state.buckets.get(name)
  return bucket ? Math.max(0, windowMs - (now - bucket.at) / 1000) : 0
}

function forgetOldest(state: State): void {
  for (const name of state.buckets.keys()) {
    state.buckets.delete(name)
    return
  }
}
