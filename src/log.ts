import { type DestinationStream, type Logger, pino } from 'pino'

/**
 * One line of JSON per event. What is logged is ids and counts: no token, no key, no number, no text. An error of a
 * parser may quote what it parsed, so of those only the kind and the place are kept.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: serializeError } }
  return destination ? pino(options, destination) : pino(options)
}

function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const places = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
  return {
    type: error.name,
    ...('code' in error && { code: error.code }),
    ...(!(error instanceof SyntaxError) && { message: error.message }),
    at: places?.map((line) => line.trim()),
  }
}
