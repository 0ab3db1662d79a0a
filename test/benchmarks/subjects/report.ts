/** What a process tells of itself when asked: CPU time (µs) and resident memory (bytes). */
export type Usage = { user: number; system: number; rss: number }

/** Tells the runner where this subject listens, and from then on what it has used whenever it is asked. `end`: what is to be cleared away. */
export function report(url: string, end: () => Promise<void> = async () => {}): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ user, system, rss: process.memoryUsage.rss() } satisfies Usage)
  })
  process.on('disconnect', () => end().finally(() => process.exit(0)))
  process.send?.({ url })
}
