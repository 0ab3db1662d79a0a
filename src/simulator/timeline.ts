import type { Clock } from '../lib/clock.ts'

export type Timeline<Task> = {
  /** The simulated time, microseconds since 1970. */
  now(): number
  /** Has `task` performed `ms` simulated milliseconds from now. */
  after(ms: number, task: Task): void
  frozen: boolean
  /** Simulated seconds in a real one. */
  speed: number
  /** Stops, sets going, or speeds up the simulated time. */
  set(change: { frozen?: boolean | undefined; speed?: number | undefined }): void
  /**
   * Moves the time on by `ms`, performing what falls due on the way in its order. Webhooks on the way are delivered and
   * answered before the time goes on, so that what follows from an answer happens in its place. Advances queue up.
   */
  advance(ms: number): Promise<void>
  /** What is still to come, in its order. */
  waiting(): { at: number; task: Task }[]
  /** Goes on from another time, with these tasks and no others. */
  restart(now: number, tasks: { at: number; task: Task }[]): void
  stop(): void
}

type Due<Task> = { at: number; order: number; task: Task }

const MS = 1000
/** Tasks closer than this happen without waiting for the webhooks between them, as in life; nothing repeats sooner. */
const SETTLE_EVERY = 1_000_000
// Longer waits of Node's timers fire at once.
const LONGEST_WAIT_MS = 2 ** 31 - 1

/**
 * The simulator's own time and everything that is to happen in it. It follows `base` until it is told otherwise. `settled`:
 * resolves once nothing that was started is under way.
 */
export function createTimeline<Task>(
  base: Clock,
  perform: (task: Task) => void,
  settled: () => Promise<void>,
): Timeline<Task> {
  const heap: Due<Task>[] = []
  let order = 0
  /** At `base` time `since` the simulated time was `origin`. */
  let origin = base.now()
  let since = base.now()
  let cancel: (() => void) | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let advancing: Promise<void> | undefined
  let stopped = false
  /** Counts the restarts, so that an advance that began before one ends with it. */
  let epoch = 0

  const timeline: Timeline<Task> = {
    frozen: false,
    speed: 1,
    now: () => {
      const stands = timeline.frozen || advancing !== undefined
      return stands ? origin : origin + Math.round((base.now() - since) * timeline.speed)
    },
    after(ms, task) {
      if (stopped) return
      push(heap, { at: timeline.now() + Math.round(ms * MS), order: order++, task })
      arm()
    },
    set({ frozen, speed }) {
      hold(timeline.now())
      if (frozen !== undefined) timeline.frozen = frozen
      if (speed !== undefined) timeline.speed = speed
      arm(true)
    },
    async advance(ms) {
      while (advancing) await advancing
      advancing = go(timeline.now() + Math.round(ms * MS))
      await advancing
      arm(true)
    },
    waiting: () => [...heap].sort(earlier).map(({ at, task }) => ({ at, task })),
    restart(now, tasks) {
      epoch += 1
      heap.length = 0
      hold(now)
      for (const { at, task } of tasks) push(heap, { at, order: order++, task })
      arm(true)
    },
    stop() {
      stopped = true
      cancel?.()
      heap.length = 0
    },
  }

  function hold(now: number): void {
    origin = now
    since = base.now()
  }

  async function go(until: number): Promise<void> {
    const began = epoch
    hold(timeline.now())
    // From here on `advancing` is set, and the time stands but for what is done below.
    await null
    try {
      await performUntil(until, began)
      if (epoch === began) hold(Math.max(origin, until))
    } finally {
      since = base.now()
      advancing = undefined
    }
  }

  async function performUntil(until: number, began: number): Promise<void> {
    let firstUnsettled: number | undefined
    while (!stopped && epoch === began) {
      const next = heap[0]
      const isDue = next !== undefined && next.at <= until
      if (firstUnsettled !== undefined && (!isDue || next.at - firstUnsettled >= SETTLE_EVERY)) {
        // What is answered meanwhile may put something before what was next.
        await settled()
        firstUnsettled = undefined
        continue
      }
      if (!isDue) break
      pop(heap)
      origin = Math.max(origin, next.at)
      firstUnsettled ??= origin
      perform(next.task)
    }
  }

  function due(): void {
    cancel = undefined
    timerAt = Number.POSITIVE_INFINITY
    if (advancing) return
    for (let next = heap[0]; next && next.at <= timeline.now() && !stopped; next = heap[0]) {
      pop(heap)
      perform(next.task)
    }
    arm()
  }

  function arm(anew = false): void {
    if (stopped || advancing) return
    const next = heap[0]
    if (anew || timeline.frozen || !next) {
      cancel?.()
      cancel = undefined
      timerAt = Number.POSITIVE_INFINITY
    }
    if (timeline.frozen || !next || next.at >= timerAt) return
    cancel?.()
    timerAt = next.at
    const wait = Math.max(0, next.at - timeline.now()) / MS / timeline.speed
    cancel = base.after(Math.min(wait, LONGEST_WAIT_MS), due)
  }

  return timeline
}

function earlier<Task>(a: Due<Task>, b: Due<Task>): number {
  return a.at - b.at || a.order - b.order
}

/** Adds to a binary heap, earliest first. */
function push<Task>(heap: Due<Task>[], added: Due<Task>): void {
  let at = heap.push(added) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent]
    if (!above || earlier(above, added) <= 0) break
    heap[at] = above
    at = parent
  }
  heap[at] = added
}

/** Takes the earliest off the heap. */
function pop<Task>(heap: Due<Task>[]): void {
  const last = heap.pop()
  if (!last || heap.length === 0) return
  let at = 0
  for (;;) {
    const left = 2 * at + 1
    const right = left + 1
    const [l, r] = [heap[left], heap[right]]
    const child = l && r && earlier(r, l) < 0 ? right : left
    const below = heap[child]
    if (!below || earlier(last, below) <= 0) break
    heap[at] = below
    at = child
  }
  heap[at] = last
}
