import type { Readable } from 'node:stream'
import { ApiError } from '../errors.ts'

/** A request on the Meta-compatible surface, after its caller is known. */
export type ProxyCall = {
  /** `only`: the row key of the one number the caller may use. */
  caller: { project_id: number; only: number | null }
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  params: Record<string, string>
  /** The Graph version to use upstream. */
  version: string
  /** What may go to Meta: without credentials and without what Meta would take as orders about the request. */
  query: Record<string, string>
  contentType: string
  /** The values of `Idempotency-Key`. */
  idempotencyKey: string[] | undefined
  /** Whether the client has hung up. */
  isGone(): boolean
  /** The bytes as they came; a stream for multipart forms. */
  body: Buffer | Readable | undefined
}

/** `body`: bytes or a stream to pass on, or an object to be written as JSON. */
export type ProxyAnswer = {
  status: number
  headers?: Record<string, string>
  body: Buffer | Readable | Record<string, unknown>
}

/** Never passed on: credentials, in whatever parameter. A flow's own token is none. */
const CREDENTIAL = /^(?!flow_token$).*(token|secret|proof|api_?key|password)/i

/** The parameters with which Graph lets a request be overruled from within: another token, another method (ours). */
const ORDERS = /^(access_token|appsecret_proof|method|suppress_http_code|callback|_?format|ids|batch|include_headers)$/i

export const overrules = (name: string) => ORDERS.test(name)

/**
 * The query as single values.
 * @throws ApiError bad_request when a parameter is given twice: what we check and what Meta reads must be the same.
 */
export function readQuery(raw: unknown): Record<string, string> {
  const query: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw as Record<string, unknown>)) {
    if (CREDENTIAL.test(name) || overrules(name)) continue
    if (typeof value !== 'string')
      throw new ApiError('bad_request', `(#100) The parameter ${printable(name)} is given twice.`)
    query[name] = value
  }
  return query
}

/** Without what only says to us which number or account is meant. */
export function withoutScope({ phone_number_id, business_account_id, ...query }: Record<string, string>) {
  return query
}

/** `?limit=5&name=x`, or nothing. */
export function writeQuery(query: Record<string, string>): string {
  const text = new URLSearchParams(query).toString()
  return text === '' ? '' : `?${text}`
}

/** A name that a client gave, as it may stand in an answer. */
export const printable = (name: string) => name.replace(/[^\w.()-]/g, '?').slice(0, 64)
