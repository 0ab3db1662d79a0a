import type { Clock } from './clock.ts'

/** Runs `task` again and again, each time `ms` milliseconds after it last ended. Call the result to stop. */
export function every(clock: Clock, ms: number, task: () => Promise<void>): () => void {
  let stopped = false
  let callOff = () => {}
  const arm = () => {
    if (stopped) return
    callOff = clock.after(ms, () => {
      task().then(arm, arm)
    })
  }
  arm()
  return () => {
    stopped = true
    callOff()
  }
}
