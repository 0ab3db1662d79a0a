import type { Readable } from 'node:stream'
import { ApiError } from '../errors.ts'

/** A request on the Meta-compatible surface, after its caller is known. */
export type ProxyCall = {
  /** `only`: the row key of the one number the caller may use. */
  caller: { project_id: number; only: number | null }
  params: Record<string, string>
  /** The Graph version to use upstream. */
  version: string
  /** What may go to Meta: without credentials and without what Meta would take as orders about the request. */
  query: Record<string, string>
  contentType: string
  /** The bytes as they came; a stream for multipart forms. */
  body: Buffer | Readable | undefined
}

/** `body`: bytes or a stream to pass on, or an object to be written as JSON. */
export type ProxyAnswer = {
  status: number
  headers?: Record<string, string>
  body: Buffer | Readable | Record<string, unknown>
}

/** Never passed on: credentials, and the parameters with which Graph lets a query overrule the request (ours). */
const NOT_FOR_META = /token|secret|proof|api_?key|password|^(method|suppress_http_code|callback|_?format)$/i

/**
 * The query as single values.
 * @throws ApiError bad_request when a parameter is given twice: what we check and what Meta reads must be the same.
 */
export function readQuery(raw: unknown): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw as Record<string, unknown>)) {
    if (NOT_FOR_META.test(name)) continue
    if (typeof value !== 'string')
      throw new ApiError('bad_request', `(#100) The parameter ${printable(name)} is given twice.`)
    query[name] = value
  }
  return query
}

/** `?limit=5&name=x`, or nothing. */
export function writeQuery(query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

const printable = (name: string) => name.replace(/[^\w.()-]/g, '?').slice(0, 64)
