import type { FastifyRequest } from 'fastify'
import { badParam } from '../graph-error.ts'
import { isRecord } from '../param.ts'
import { isTooDeep } from '../too-deep.ts'

/** A Graph body as an object: JSON, or a form whose scalars count the same. What is neither counts as empty, as at Meta. */
export function readBody(request: FastifyRequest): Record<string, unknown> {
  const { body } = request
  if (!Buffer.isBuffer(body) || body.length === 0) return {}
  const text = body.toString('utf8')
  if (request.headers['content-type']?.includes('application/x-www-form-urlencoded'))
    return readScalars(new URLSearchParams(text))
  const parsed = parseJson(text)
  return isRecord(parsed) ? parsed : {}
}

/** Meta rule: a list or an object among scalars is written as JSON. What only looks like it stays a text. */
export function readScalars(scalars: Iterable<[string, string]>): Record<string, unknown> {
  const form: Record<string, unknown> = Object.create(null)
  for (const [key, value] of scalars) form[key] = /^\s*[[{]/.test(value) ? (parseJson(value) ?? value) : value
  return { ...form }
}

function parseJson(text: string): unknown {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  // Whatever is accepted is written out again in webhooks and answers, and that recurses.
  if (isTooDeep(parsed)) throw badParam('The body is nested too deeply.')
  return parsed
}
