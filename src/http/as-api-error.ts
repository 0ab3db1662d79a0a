import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'

/**
 * Whatever was thrown while a request was handled, as a refusal that can be answered. Ours stay as they are; Fastify's
 * (a body too large, a broken request) get our words; a database that is away is said to be; anything else is a fault
 * of ours, logged here and told nobody.
 */
export function asApiError(error: unknown, { log, metrics }: Pick<Context, 'log' | 'metrics'>): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof StoreUnavailable) {
    log.error({ err: error }, 'the database is away')
    metrics.storeUnavailable()
    return new ApiError('unavailable', 'The database cannot be reached. Try again shortly.', {
      headers: { 'retry-after': '1' },
    })
  }
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status === 413) return new ApiError('payload_too_large', 'The request body is too large.')
  if (status === 415) return new ApiError('unsupported_media_type', 'This content type is not accepted here.')
  if (status >= 400 && status < 500) {
    const { message } = error as Error
    return new ApiError('bad_request', `(#100) ${message}`)
  }
  log.error({ err: error }, 'a request failed')
  return new ApiError('internal', 'Something went wrong here. It has been logged.')
}
