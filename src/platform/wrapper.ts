import type { FastifyRequest } from 'fastify'
import { ApiError } from '../errors.ts'
import { isObject } from '../lib/json-object.ts'

/**
 * Kapso's bodies are wrapped in one member. A body without it is refused in the words of Kapso's framework.
 * @throws ApiError bad_request
 */
export const wrapper = (name: string) => async (request: FastifyRequest) => {
  const { body } = request
  if (isObject(body) && body[name] !== undefined && body[name] !== null) return
  throw new ApiError('bad_request', `param is missing or the value is empty: ${name}`)
}
