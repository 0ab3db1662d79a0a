/** Where time comes from. Whatever needs the time, or waits, is handed one of these and asks nothing else. */
export type Clock = {
  /** Microseconds since 1970 UTC as the wall clock shows them; steps back when the machine's clock is set back. */
  now(): number
  /** Milliseconds since some moment; they only go forward, whatever is done to the machine's clock. */
  monotonic(): number
  /** Runs `task` once, `ms` milliseconds from now on the monotonic clock; call the result to call it off. */
  after(ms: number, task: () => void): () => void
}

const MS = 1000
export const SECOND = 1000 * MS
export const MINUTE = 60 * SECOND
export const DAY = 24 * 60 * MINUTE

export const systemClock: Clock = {
  now: () => Date.now() * MS,
  monotonic: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => clearTimeout(timer)
  },
}

export type ManualClock = Clock & {
  /** Moves time on by `ms`, running what falls due on the way in its order; sockets get their turn after each task. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still until it is moved, for tests that cross hours. `start`: microseconds since 1970. */
export function manualClock(start: number): ManualClock {
  let now = start
  let order = 0
  const waiting = new Set<{ at: number; order: number; task: () => void }>()

  const nextDue = (until: number) =>
    [...waiting].filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0]

  return {
    now: () => now,
    monotonic: () => now / MS,
    after(ms, task) {
      const timer = { at: now + ms * MS, order: order++, task }
      waiting.add(timer)
      return () => waiting.delete(timer)
    },
    async advance(ms) {
      const until = now + ms * MS
      for (let timer = nextDue(until); timer; timer = nextDue(until)) {
        waiting.delete(timer)
        now = Math.max(now, timer.at)
        timer.task()
        await new Promise((resolve) => setImmediate(resolve))
      }
      now = until
    },
  }
}

/** ISO 8601 in UTC with six decimals, as Kapso writes its times. `micros`: microseconds since 1970. */
export function isoMicros(micros: number): string {
  const millis = Math.floor(micros / MS)
  const rest = String(micros - millis * MS).padStart(3, '0')
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`
}

/** Resolves after `ms` milliseconds. */
export const pause = (clock: Clock, ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve))

/** What `work` gives, or null when it takes longer than `ms` milliseconds; the work goes on. */
export function atMost<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => resolve(null))
    work.then(resolve, reject).finally(stop)
  })
}
