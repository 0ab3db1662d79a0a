import type { Clock } from '../lib/clock.ts'

/** The time that a request to Meta has, repeats included. */
export type Deadline = {
  over: boolean
  /** The head of an answer has come: the rest of the whole time is left for its body. */
  headCame: boolean
  /** Called once when time is up. */
  onOver: (() => void) | null
  stop(): void
}

/** `firstByteMs`: until the head of an answer; `wholeMs`: until its end. One timer runs at a time. */
export function startDeadline(clock: Clock, firstByteMs: number, wholeMs: number): Deadline {
  const deadline: Deadline = { over: false, headCame: false, onOver: null, stop: () => stopTimer() }
  const expire = () => {
    deadline.over = true
    deadline.onOver?.()
  }
  let stopTimer = clock.after(firstByteMs, () => {
    if (deadline.headCame && wholeMs > firstByteMs) stopTimer = clock.after(wholeMs - firstByteMs, expire)
    else expire()
  })
  return deadline
}
