import { type Clock, SECOND } from './clock.ts'

/** What was loaded within the last second, so that a change elsewhere is seen within one. */
export type ShortCache<T> = {
  get(key: string, load: () => Promise<T | null>): Promise<T | null>
  forget(key: string): void
}

/** `size`: how many entries at most; beyond it the oldest leave. Nothing found (null) is not remembered. */
export function shortCache<T>(clock: Clock, size = 10_000): ShortCache<T> {
  const entries = new Map<string, { value: T; until: number }>()
  return {
    async get(key, load) {
      const entry = entries.get(key)
      const now = clock.now()
      // A clock set back would keep an entry for long: one that is dated ahead of its life is stale, too.
      if (entry && now < entry.until && entry.until - now <= SECOND) return entry.value
      const value = await load()
      entries.delete(key)
      if (value === null) return null
      entries.set(key, { value, until: now + SECOND })
      if (entries.size > size)
        for (const oldest of entries.keys()) {
          entries.delete(oldest)
          break
        }
      return value
    },
    forget: (key) => entries.delete(key),
  }
}
