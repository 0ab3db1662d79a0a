import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DOWNLOAD_PATH } from '../media/download.ts'
import type { Simulation } from '../simulation.ts'
import { type Account, accountOf } from '../state.ts'
import { edgeOf, hasEdge } from './edges.ts'
import { GraphError, unknownObject, unknownPath } from './error.ts'
import { downloadMedia } from './media.ts'

// Served when the path names no version; stands for "the oldest one the app can use".
const DEFAULT_VERSION = 'v24.0'
const METHODS_WITH_AN_EDGE = new Set(['GET', 'POST', 'DELETE'])

/** The Graph surface: every path that is nobody else's. */
export function graphSurface(app: FastifyInstance, simulation: Simulation): void {
  app.all('/*', (request, reply) => answer(simulation, request, reply))
  app.setNotFoundHandler((request, reply) => answer(simulation, request, reply))
  app.setErrorHandler((error: FastifyError, request, reply) => renderError(simulation, error, request, reply))
}

async function answer(simulation: Simulation, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { pathname, search } = splitUrl(request.url)
  const { version, segments } = splitPath(pathname)
  writeHeaders(simulation, reply, version)
  const query = new URLSearchParams(search)
  const accounts = accountsOf(simulation, request, query)
  if (`/${segments.join('/')}` === DOWNLOAD_PATH && (request.method === 'GET' || request.method === 'HEAD')) {
    return downloadMedia({ simulation, request, reply, method: request.method, version, accounts, query })
  }
  const [id = '', ...rest] = segments
  const edge = rest.length > 0 ? `/${rest.join('/')}` : ''
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const object = simulation.state.objects.get(id)
  if (!object) throw /^\d+$/.test(id) ? unknownObject(method, id) : unknownPath(`/${segments.join('/')}`)
  if (!accounts.includes(accountOf(object))) throw unknownObject(method, id)
  const handler = edgeOf(object, method, edge)
  if (!handler && !hasEdge(object, edge)) throw unknownPath(edge)
  if (!handler || !METHODS_WITH_AN_EDGE.has(method)) throw unknownObject(method, id)
  // Never `undefined`, which Fastify would take for an answer still to come.
  return (await handler({ simulation, request, reply, method, version, accounts, query })) ?? reply
}

function splitUrl(url: string): { pathname: string; search: string } {
  const mark = url.indexOf('?')
  return mark === -1 ? { pathname: url, search: '' } : { pathname: url.slice(0, mark), search: url.slice(mark + 1) }
}

function splitPath(pathname: string): { version: string; segments: string[] } {
  const segments = pathname.split('/').filter(Boolean).map(decode)
  const version = segments[0] !== undefined && /^v\d{1,3}\.\d{1,2}$/.test(segments[0]) ? segments.shift() : undefined
  return { version: version ?? DEFAULT_VERSION, segments }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Meta rule: the token comes first. As `Bearer`, as `OAuth`, or as the query's `access_token`. */
function accountsOf(simulation: Simulation, request: FastifyRequest, query: URLSearchParams): Account[] {
  const header = /^(?:Bearer|OAuth)\s+(.*)$/i.exec(request.headers.authorization ?? '')
  const token = header?.[1]?.trim() || query.get('access_token')
  if (!token) {
    throw new GraphError(401, { message: 'An access token is required to request this resource.', code: 104 })
  }
  const accounts = simulation.state.accounts.filter((account) => account.access_token === token)
  if (accounts.length > 0) return accounts
  throw new GraphError(401, { message: 'Invalid OAuth access token - Cannot parse access token', code: 190 })
}

function writeHeaders(simulation: Simulation, reply: FastifyReply, version: string): void {
  const trace = simulation.ids.trace()
  const account = simulation.state.accounts[0]
  const usage = { type: 'whatsapp', call_count: 0, total_cputime: 0, total_time: 0, estimated_time_to_regain_access: 0 }
  reply.headers({
    'facebook-api-version': version,
    'x-fb-request-id': trace,
    'x-fb-trace-id': trace,
    'x-fb-rev': '1000000000',
    'x-business-use-case-usage': JSON.stringify(account ? { [account.id]: [usage] } : {}),
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    pragma: 'no-cache',
    'access-control-allow-origin': '*',
  })
}

/** Every failure of the Graph surface in Meta's envelope. */
export function renderError(
  simulation: Simulation,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const error = asGraphError(thrown, request)
  const fbtrace_id = simulation.ids.trace()
  if (!reply.hasHeader('facebook-api-version')) writeHeaders(simulation, reply, DEFAULT_VERSION)
  if (error.status === 401) {
    reply.header('www-authenticate', `OAuth "Facebook Platform" "invalid_token" "${error.message}"`)
  }
  return reply.code(error.status).send({ error: { ...error.error, fbtrace_id } })
}

function asGraphError(thrown: unknown, request: FastifyRequest): GraphError {
  if (thrown instanceof GraphError) return thrown
  const { statusCode = 500, message } = thrown as Partial<FastifyError>
  // Fastify's own refusals: a body too large, a content type that is none, a path that cannot be decoded.
  if (statusCode < 500) return new GraphError(400, { message: `(#100) ${message}`, code: 100 })
  // A mistake of the simulator's own; it must not pass for a refusal.
  request.log.error(thrown)
  return new GraphError(500, { message: 'An unknown error occurred', code: 1, is_transient: false })
}
