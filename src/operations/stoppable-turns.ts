import type { Turn, Turns } from '../sending/turns.ts'
import type { Metrics } from './metrics.ts'
import { stoppingError } from './requests.ts'

/**
 * Turns that end with the gateway: who waits when it begins to stop is refused at once, before any intent, and may go
 * to another instance. Those who wait are counted.
 */
export function stoppableTurns(turns: Turns, stopping: AbortSignal, metrics: Metrics): Turns {
  const waiting = new Set<() => void>()
  stopping.addEventListener('abort', () => {
    for (const refuse of waiting) refuse()
  })

  async function orStop(turn: Promise<Turn | null>): Promise<Turn | null> {
    let refuse = () => {}
    const stopped = new Promise<never>((_resolve, reject) => {
      refuse = () => reject(stoppingError())
    })
    waiting.add(refuse)
    if (stopping.aborted) refuse()
    metrics.sendsWaiting(1)
    try {
      return await Promise.race([turn, stopped])
    } catch (error) {
      // The turn still comes, and must be passed on.
      turn.then((end) => end?.())
      throw error
    } finally {
      metrics.sendsWaiting(-1)
      waiting.delete(refuse)
    }
  }

  return {
    take(key) {
      const turn = turns.take(key)
      // A request whose body was still arriving as the gateway began to stop goes on if it need not wait.
      return turn instanceof Promise ? orStop(turn) : turn
    },
  }
}
