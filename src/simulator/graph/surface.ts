import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RequestFault } from '../faults/define.ts'
import { inflict } from '../faults/inflict.ts'
import { messagingError, unknownObject, unknownPath } from '../graph-error.ts'
import { DOWNLOAD_PATH } from '../media/download.ts'
import type { Simulation } from '../simulation.ts'
import { isSeen, objectOf } from '../state.ts'
import type { GraphCall } from './call.ts'
import { type Edge, edgeOf, hasEdge } from './edges.ts'
import { DEFAULT_VERSION, writeHeaders } from './headers.ts'
import { downloadMedia } from './media/media.ts'
import { renderError } from './render-error.ts'
import { readBody } from './request-body.ts'
import { openEdge, rootEdge } from './root.ts'
import { tokenOf } from './token.ts'
import { spendCall } from './usage.ts'

const METHODS = new Set(['GET', 'POST', 'DELETE'])

/** The Graph surface: every path that is nobody else's. */
export function graphSurface(app: FastifyInstance, simulation: Simulation): void {
  const handler = (request: FastifyRequest, reply: FastifyReply) => answer(simulation, request, reply)
  app.all('/*', handler)
  app.setNotFoundHandler(handler)
  app.setErrorHandler((error: FastifyError, _request, reply) => renderError(simulation, error, reply))
}

async function answer(simulation: Simulation, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const target = targetOf(request)
  writeHeaders(simulation, reply, target.version)
  const fault = faultOf(simulation, target)
  // Never `undefined`, which Fastify would take for an answer still to come.
  const carryOut = async () => (await carryOutCall(simulation, request, reply, target)) ?? reply
  return fault ? inflict(simulation, fault, { request, reply, carryOut }) : carryOut()
}

type Target = {
  method: string
  version: string
  path: string
  segments: string[]
  query: URLSearchParams
  body(): Record<string, unknown>
}

async function carryOutCall(
  simulation: Simulation,
  request: FastifyRequest,
  reply: FastifyReply,
  { method, version, path, segments, query, body }: Target,
): Promise<unknown> {
  const { state } = simulation
  const opening = { simulation, request, reply, method, version, query, rest: [], body }
  const open = openEdge(method, path)
  if (open) return open(opening)
  const token = tokenOf(simulation, request, query)
  const call: GraphCall = { ...opening, token }
  if (path === DOWNLOAD_PATH && method === 'GET') return downloadMedia(call)
  const root = rootEdge(method, path)
  if (root) return root(call)
  const [id = '', ...rest] = segments
  const edge = rest.length > 0 ? `/${rest.join('/')}` : ''
  const object = objectOf(state, id)
  if (!object) throw /^(\d+|upload:.*|[\w-]+ZD)$/.test(id) ? unknownObject(method, id) : unknownPath(path)
  if (!isSeen(state, token, object)) throw unknownObject(method, id)
  const found = METHODS.has(method) ? edgeOf(object, method, edge) : undefined
  if (!found) throw edge === '' || hasEdge(object, edge) ? unknownObject(method, id) : unknownPath(edge)
  checkScope(found, token.scopes)
  spendCall(simulation, reply, { token, object, counts: !found.messaging })
  return found.handle({ ...call, rest: rest.slice(1) })
}

function checkScope({ messaging }: Edge, scopes: string[]): void {
  const needed = messaging ? 'whatsapp_business_messaging' : 'whatsapp_business_management'
  if (!scopes.includes(needed)) throw messaging ? messagingError(10) : messagingError(200)
}

function targetOf(request: FastifyRequest): Target {
  const mark = request.url.indexOf('?')
  const pathname = mark === -1 ? request.url : request.url.slice(0, mark)
  const segments = pathname.split('/').filter(Boolean).map(decode)
  const version = segments[0] !== undefined && /^v\d{1,3}\.\d{1,2}$/.test(segments[0]) ? segments.shift() : undefined
  let parsed: Record<string, unknown> | undefined
  return {
    method: request.method === 'HEAD' ? 'GET' : request.method,
    version: version ?? DEFAULT_VERSION,
    path: `/${segments.join('/')}`,
    segments,
    query: new URLSearchParams(mark === -1 ? '' : request.url.slice(mark + 1)),
    body: () => {
      parsed ??= readBody(request)
      return parsed
    },
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

function faultOf(simulation: Simulation, { method, path, segments, body }: Target): RequestFault | undefined {
  const isSend = method === 'POST' && /^\/[^/]+\/(marketing_)?messages$/.test(path)
  if (!isSend && simulation.state.rules.length === 0) return undefined
  const { to, type } = isSend ? body() : {}
  return simulation.rules.requestFault({
    method,
    path,
    phone_number_id: segments[0],
    to: typeof to === 'string' ? to.replace(/\D/g, '') : undefined,
    type: typeof type === 'string' ? type : undefined,
  })
}
