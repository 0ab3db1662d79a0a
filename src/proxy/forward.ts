import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonObject } from '../lib/json-object.ts'
import type { GraphAnswer, GraphRequest } from '../meta/graph.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { type ProxyAnswer, type ProxyCall, writeQuery } from './call.ts'

/** What of Meta's headers is of use to a client; nothing hop-by-hop, no cookies. */
const KEPT_HEADER =
  /^(facebook-api-version|retry-after|www-authenticate|x-app-usage|x-business-use-case-usage|x-fb-.*)$/

/**
 * Passes a call on to Meta with the number's token. `path` is built from checked parts, without version and query.
 * Gives Meta's answer whatever its status.
 * @throws ApiError forbidden for changes that the operator denies; upstream_unreachable, upstream_timeout when Meta
 * gave no answer (see `noAnswer`)
 */
export async function forward(
  context: Context,
  number: PhoneNumberRow,
  call: Pick<ProxyCall, 'version'>,
  {
    method,
    path,
    query,
    body,
    timeoutMs,
  }: Pick<GraphRequest, 'method' | 'path' | 'body' | 'timeoutMs'> & { query?: Record<string, string> },
): Promise<GraphAnswer> {
  const [, edge = ''] = path.split('/')
  if (method !== 'GET' && context.config.deniedEdges.includes(edge)) {
    throw new ApiError('forbidden', `This gateway does not pass on changes of ${edge}.`)
  }
  const outcome = await context.graph.request({
    origin: context.graphOrigin(number),
    method,
    path: `/${call.version}/${path}${writeQuery(withoutKapsoFields(query ?? {}))}`,
    accessToken: await context.numbers.accessToken(number),
    ...(body && { body }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  })
  if (outcome.kind === 'answered') {
    // Where it leads is Meta's to say and not ours to follow with a token, and the client could not either.
    if (outcome.status >= 300 && outcome.status < 400) throw noAnswer(method, { kind: 'lost' })
    return outcome
  }
  context.log.warn({ method, edge, outcome: outcome.kind, reason: outcome.reason }, 'a call has no answer from Meta')
  throw noAnswer(method, outcome)
}

/**
 * The refusal of a call to which Meta gave no answer that can be used: the sentence is Kapso's, the headers are ours. What
 * changes something says in `Fairlead-Outcome` whether it may have happened; what may simply be tried again says so in
 * `Retry-After`. `status`: instead of 502.
 */
export function noAnswer(
  method: GraphRequest['method'],
  { kind, timeout = false, status }: { kind: 'not_sent' | 'lost'; timeout?: boolean; status?: number },
): ApiError {
  return new ApiError(timeout ? 'upstream_timeout' : 'upstream_unreachable', 'Meta API request failed', {
    ...(status !== undefined && { status }),
    headers: {
      ...(method !== 'GET' && { 'fairlead-outcome': kind === 'lost' ? 'in_doubt' : 'not_sent' }),
      ...((method === 'GET' || kind === 'not_sent') && { 'retry-after': '1' }),
    },
  })
}

/** Meta's answer as the client gets it: its status and bytes, with links to Meta's pages turned into links to ours. */
export function passOn(context: Context, number: PhoneNumberRow, answer: GraphAnswer): ProxyAnswer {
  const text = answer.body.includes('"paging"') ? answer.body.toString('utf8') : null
  const rewritten = text?.replace(/"(next|previous)"(\s*:\s*)("(?:[^"\\]|\\.)*")/g, (all, name, colon, value) => {
    // What is no JSON after all is left as it came.
    const link = jsonObject(Buffer.from(`{"link":${value}}`))?.link
    return typeof link === 'string' ? `"${name}"${colon}${JSON.stringify(ownLink(context, number, link))}` : all
  })
  return {
    status: answer.status,
    headers: keptHeaders(answer),
    body: rewritten !== undefined && rewritten !== text ? Buffer.from(rewritten) : answer.body,
  }
}

/** The headers to answer with. JSON is called JSON, whatever Graph called it (Kapso rule). */
export function keptHeaders(answer: GraphAnswer): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers)) {
    if (KEPT_HEADER.test(name)) headers[name] = value
  }
  const isJson = answer.body[0] === 0x7b || answer.body[0] === 0x5b
  headers['content-type'] = isJson ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
  return headers
}

/** Meta's page links hold Meta's host and may hold the token. */
function ownLink(context: Context, number: PhoneNumberRow, link: string): string {
  if (!URL.canParse(link)) return link
  const url = new URL(link)
  if (url.origin !== new URL(context.graphOrigin(number)).origin) return link
  url.searchParams.delete('access_token')
  return `${context.publicUrl()}/meta/whatsapp${url.pathname}${url.search}`
}

/** `fields` may ask for Kapso's own extensions, which Meta does not know. */
function withoutKapsoFields(query: Record<string, string>): Record<string, string> {
  if (!query.fields?.includes('kapso')) return query
  const { fields, ...rest } = query
  const kept = fields
    .split(/,(?![^(]*\))/)
    .map((field) => field.trim())
    .filter((field) => field !== '' && !/^kapso\s*(\(|$)/.test(field))
  return kept.length > 0 ? { ...rest, fields: kept.join(',') } : rest
}
