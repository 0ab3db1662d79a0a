import { ERROR_CODES } from './error-codes.ts'

/** What a refusal looks like on the Graph surface. Thrown anywhere, rendered in one place. */
export class GraphError extends Error {
  readonly status: number
  readonly error: Record<string, unknown>
  /** Members of the answer beside `error`: some bulk calls tell what they did as well. */
  readonly beside: Record<string, unknown>

  constructor(
    status: number,
    error: { message: string; type?: string; code: number } & Record<string, unknown>,
    beside: Record<string, unknown> = {},
  ) {
    super(error.message)
    this.status = status
    this.error = { type: 'OAuthException', ...error }
    this.beside = beside
  }

  /** The same refusal under another HTTP status, for where sources disagree. */
  withStatus(status: number): GraphError {
    return new GraphError(status, this.error as { message: string; code: number })
  }
}

/** A refusal by Meta's table: its status, its title with the code, and the details that say what is wrong. */
export function messagingError(code: number, details?: string): GraphError {
  const [status, title, standing] = ERROR_CODES[code] ?? [400, 'Unknown error']
  const said = details ?? standing
  const error_data = said === undefined ? {} : { error_data: { messaging_product: 'whatsapp', details: said } }
  return new GraphError(status, { message: `(#${code}) ${title}`, code, ...error_data })
}

/** Graph-level refusals say their sentence without the code before it, and without details. */
const PLAIN = new Set([0, 1, 2, 3, 104, 190, 803])

/** Any refusal of Meta's table, with what is to differ from it. */
export function graphRefusal(wanted: {
  code: number
  status?: number
  subcode?: number
  message?: string
  details?: string
  is_transient?: boolean
}): GraphError {
  const { code, subcode } = wanted
  const refusal = messagingError(code, wanted.details)
  const [, title = 'Unknown error'] = ERROR_CODES[code] ?? []
  const { error_data, ...error } = refusal.error as { message: string; code: number; error_data?: unknown }
  if (PLAIN.has(code)) error.message = title
  if (wanted.message !== undefined) error.message = wanted.message
  return new GraphError(wanted.status ?? refusal.status, {
    ...error,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    ...(wanted.is_transient === undefined && code !== 2 ? {} : { is_transient: wanted.is_transient ?? true }),
    ...(error_data === undefined ? {} : { error_data }),
  })
}

/** The error inside a `failed` status webhook. */
export function statusError(code: number, details?: string): Record<string, unknown> {
  const [, title, standing] = ERROR_CODES[code] ?? [400, 'Unknown error']
  return {
    code,
    title,
    message: title,
    error_data: { details: details ?? standing ?? title },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  }
}

/** A parameter of the wrong type or length, said in one sentence: `(#100) Param text['body'] must be a string.` */
export function badParam(sentence: string): GraphError {
  return new GraphError(400, { message: `(#100) ${sentence}`, code: 100 })
}

/** An id that names nothing this token can see, or something that cannot do this. */
export function unknownObject(method: string, id: string): GraphError {
  const verb = method === 'GET' || method === 'HEAD' ? 'get' : method.toLowerCase()
  return new GraphError(400, {
    message: `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
    type: 'GraphMethodException',
    code: 100,
    error_subcode: 33,
  })
}

/** A path that leads nowhere. */
export function unknownPath(path: string): GraphError {
  return new GraphError(400, { message: `Unknown path components: ${path}`, code: 2500 })
}

/** A refused template creation: no `(#100)` prefix, a subcode, and a title and text for people. */
export function templateError(subcode: number, title: string, text: string, more: Record<string, unknown> = {}) {
  return new GraphError(400, {
    message: 'Invalid parameter',
    code: 100,
    error_subcode: subcode,
    is_transient: false,
    error_user_title: title,
    error_user_msg: text,
    ...more,
  })
}

/** What Meta says of a token that is no longer good; both times in microseconds. */
export function sessionExpired(since: number, now: number): string {
  return `Error validating access token: Session has expired on ${readable(since)}. The current time is ${readable(now)}.`
}

/** `Monday, 05-Oct-26 10:00:00 UTC` */
function readable(micros: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) \d\d(\d\d) (\S+)/.exec(new Date(micros / 1000).toUTCString()) ?? []
  const weekday = new Date(micros / 1000).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' })
  return `${weekday}, ${day}-${month}-${year} ${time} UTC`
}
