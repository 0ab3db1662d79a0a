export type Lane<T> = { add(item: T): void; clear(): void }

/** Runs what is added in the order it came, at most `atOnce` at a time. `run` must not throw. */
export function createLane<T>(atOnce: number, run: (item: T) => Promise<void>): Lane<T> {
  let waiting: T[] = []
  let head = 0
  let running = 0

  function pump(): void {
    while (running < atOnce && head < waiting.length) {
      const item = waiting[head++] as T
      if (head > 1024 && head * 2 > waiting.length) {
        // Cut off now and then: shifting a long array for every item would make a burst quadratic.
        waiting = waiting.slice(head)
        head = 0
      }
      running += 1
      run(item).finally(() => {
        running -= 1
        pump()
      })
    }
  }

  return {
    add(item) {
      waiting.push(item)
      pump()
    },
    clear() {
      waiting = []
      head = 0
    },
  }
}
