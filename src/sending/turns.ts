import type { Clock } from '../lib/clock.ts'

/**
 * One send per recipient is in flight at a time; others wait in the order in which they came. `take` gives the function
 * that ends the turn, or null when the wait was too long or the line too long; a promise only where there is a wait.
 */
export type Turns = { take(key: string): Turn | null | Promise<Turn | null> }

/** Call it to end the turn; more than once does no harm. */
export type Turn = () => void

/** Longest wait for a turn. Milliseconds. */
export const TURN_MS = 10_000

/** `waitMs`: longest wait. `line`: how many may wait for one recipient. */
export function createTurns(clock: Clock, { waitMs = TURN_MS, line = 32 } = {}): Turns {
  /** For each recipient with a send in flight, those who wait. */
  const lines = new Map<string, Array<(turn: Turn) => void>>()

  function pass(key: string): void {
    const next = lines.get(key)?.shift()
    if (next) next(endOnce(key))
    else lines.delete(key)
  }

  function endOnce(key: string): Turn {
    let ended = false
    return () => {
      if (ended) return
      ended = true
      pass(key)
    }
  }

  return {
    take(key) {
      const waiting = lines.get(key)
      if (!waiting) {
        lines.set(key, [])
        return endOnce(key)
      }
      if (waiting.length >= line) return null
      return new Promise((resolve) => {
        const stop = clock.after(waitMs, () => {
          waiting.splice(waiting.indexOf(go), 1)
          resolve(null)
        })
        const go = (turn: Turn) => {
          stop()
          resolve(turn)
        }
        waiting.push(go)
      })
    },
  }
}
