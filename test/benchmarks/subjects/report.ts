/** What a subject tells of itself when asked: CPU time (user and system, µs) and resident memory (bytes). */
export type Usage = { cpu: number; rss: number }

/** Tells the runner where this subject listens, and from then on what it has used whenever it is asked. */
export function report(url: string): void {
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send?.({ cpu: user + system, rss: process.memoryUsage.rss() } satisfies Usage)
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ url })
}
