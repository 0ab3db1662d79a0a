import { type Clock, MINUTE } from '../lib/clock.ts'

/** How many requests somebody has left this minute, after this one. */
export type Allowance = { limit: number; remaining: number; exceeded: boolean }

export type RateLimit = {
  /** Counts one request of `who`. Null when there is no limit. */
  take(who: string): Allowance | null
}

/** So many requests a minute, counted by the clock's minutes (Kapso rule). Each process counts for itself. */
export function createRateLimit(clock: Clock, perMinute: number): RateLimit {
  let minute = 0
  let counts = new Map<string, number>()
  return {
    take(who) {
      if (perMinute === 0) return null
      const current = Math.floor(clock.now() / MINUTE)
      if (current !== minute) {
        minute = current
        counts = new Map()
      }
      const count = (counts.get(who) ?? 0) + 1
      counts.set(who, count)
      return { limit: perMinute, remaining: Math.max(0, perMinute - count), exceeded: count > perMinute }
    },
  }
}
