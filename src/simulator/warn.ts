/** A mistake of the simulator's own, told on stderr with its stack so that it can be found. */
export function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
