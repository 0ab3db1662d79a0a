import { type Clock, systemClock } from '../../src/lib/clock.ts'

/** The machine's clock, on which waits of `from` milliseconds and more are over `times` sooner: deadlines without the wait. */
export function quickClock(times: number, { from = 0 } = {}): Clock {
  return { ...systemClock, after: (ms, task) => systemClock.after(ms >= from ? ms / times : ms, task) }
}
