/**
 * Stops in order when the process is told to. `stop` brings everything to its end; a second signal, of whatever kind,
 * calls `hurry`, which makes that short and loses nothing either.
 */
export function untilStopped({ stop, hurry }: { stop(): Promise<void>; hurry(): void }): void {
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return hurry()
      stopping = true
      stop().then(
        () => process.exit(0),
        (error) => {
          process.stderr.write(`The end was not in order: ${error instanceof Error ? error.message : error}\n`)
          process.exit(1)
        },
      )
    })
  }
}
