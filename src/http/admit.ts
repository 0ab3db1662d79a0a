import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../access/authenticate.ts'
import { readCredentials } from '../access/credentials.ts'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'

/**
 * Who calls, counted against the limit of the key; whoever has no good key is counted by address (Kapso rule). The
 * answer says in two headers how much is left.
 * @throws ApiError invalid_api_key, rate_limited
 */
export async function admit(
  { authenticator, rateLimit }: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Caller> {
  try {
    const { caller, digest } = await authenticator.authenticate(readCredentials(request.headers, request.query))
    count(rateLimit, reply, digest)
    return caller
  } catch (error) {
    if (error instanceof ApiError && error.code === 'invalid_api_key') count(rateLimit, reply, request.ip)
    throw error
  }
}

function count(rateLimit: Context['rateLimit'], reply: FastifyReply, who: string): void {
  const allowance = rateLimit.take(who)
  if (!allowance) return
  reply.headers({ 'x-ratelimit-limit': allowance.limit, 'x-ratelimit-remaining': allowance.remaining })
  if (!allowance.exceeded) return
  throw new ApiError('rate_limited', 'Rate limit exceeded', {
    message: 'Too many requests in this minute. Please try again later.',
    headers: { 'retry-after': '60' },
  })
}
