import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../access/authenticate.ts'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { admit } from '../http/admit.ts'
import { asApiError } from '../http/as-api-error.ts'
import { type ProxyAnswer, type ProxyCall, readQuery } from './call.ts'
import { renderError } from './render-error.ts'

export type ProxyHandler = (context: Context, call: ProxyCall) => Promise<ProxyAnswer>

type OpenHandler = (context: Context, given: { token: string; range: string | undefined }) => Promise<ProxyAnswer>

/** JSON bodies on this surface. Bytes. */
const BODY_LIMIT = 1024 * 1024

/** Every base under which clients expect the surface; each with and without a Graph version. */
const BASES = ['/meta/whatsapp', '/api/meta']
// The v stands outside: the router cannot tell two paths apart by their patterns alone.
const VERSION = '/v:version(^\\d{1,2}\\.\\d$)'

/** Ids of Meta's objects. What does not match is no path of ours, so nothing else can reach an upstream address. */
export const id = (name: string) => `:${name}(^\\d{5,20}$)`
/** Also the ids of groups: base64 of what begins with `capi_group` (Meta rule). */
export const anyId = (name: string) => `:${name}(^(?:\\d{5,20}|Y2FwaV9ncm91c[A-Za-z0-9_-]{8,150})$)`
/** What hangs on an object, by Meta's names. */
export const edge = (name: string) => `:${name}(^[a-z_]{1,64}$)`
/** One of several things at an edge. */
export const item = (name: string) => `:${name}(^[A-Za-z0-9]{4,64}$)`

/**
 * The Meta-compatible surface. Bodies arrive as the bytes they were; a key is asked for before a body is read; what is
 * refused is refused in this surface's form.
 */
export function proxySurface(app: FastifyInstance, context: Context) {
  app.decorateRequest('proxyCaller', null)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  )
  app.addContentTypeParser('multipart/form-data', (_request, payload, done) => done(null, payload))
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = asApiError(error, context)
    return reply
      .code(refusal.status)
      .headers(refusal.details.headers ?? {})
      .send(renderError(context, refusal))
  })

  /** Adds a path under every base. */
  function route(method: ProxyCall['method'], path: string, handler: ProxyHandler, bodyLimit = BODY_LIMIT): void {
    for (const url of BASES.flatMap((base) => [`${base}${VERSION}${path}`, `${base}${path}`])) {
      app.route({
        method,
        url,
        exposeHeadRoute: false,
        bodyLimit,
        onRequest: async (request, reply) => {
          request.proxyCaller = projectOnly(await admit(context, request, reply))
        },
        handler: async (request, reply) => {
          const { status, headers, body } = await handler(context, callOf(context, request, method))
          reply.code(status).headers(headers ?? {})
          return body
        },
      })
    }
  }

  /** Adds a path that needs no key: what it gives is guarded by a signed `token`. */
  function open(path: string, handler: OpenHandler): void {
    app.get(`${BASES[0]}${path}`, async (request, reply) => {
      const { token } = request.query as Record<string, unknown>
      const given = { token: typeof token === 'string' ? token : '', range: request.headers.range }
      const answer = await handler(context, given)
      return reply
        .code(answer.status)
        .headers(answer.headers ?? {})
        .send(answer.body)
    })
  }

  return {
    open,
    get: (path: string, handler: ProxyHandler) => route('GET', path, handler),
    /** `bodyLimit`: in bytes, where JSON may be larger than elsewhere. */
    post: (path: string, handler: ProxyHandler, bodyLimit?: number) => route('POST', path, handler, bodyLimit),
    put: (path: string, handler: ProxyHandler) => route('PUT', path, handler),
    delete: (path: string, handler: ProxyHandler) => route('DELETE', path, handler),
    /** The path in every way in which Meta's objects are read, changed and deleted. */
    any(path: string, handler: ProxyHandler) {
      for (const method of ['GET', 'POST', 'DELETE'] as const) route(method, path, handler)
    },
  }
}

function projectOnly(caller: Caller): ProxyCall['caller'] {
  if (caller.kind === 'project') return caller
  throw new ApiError('forbidden', "An admin key manages Fairlead and sends nothing. Use a project's key here.")
}

function callOf({ config }: Context, request: FastifyRequest, method: ProxyCall['method']): ProxyCall {
  const { version, ...params } = request.params as Record<string, string>
  if (!request.proxyCaller) throw new Error('a handler ran before its caller was known')
  return {
    caller: request.proxyCaller,
    method,
    params,
    version: version === undefined ? config.graphVersion : `v${version}`,
    query: readQuery(request.query),
    contentType: request.headers['content-type'] ?? '',
    // Taking the headers apart costs something, and most requests have no key.
    idempotencyKey:
      request.headers['idempotency-key'] === undefined ? undefined : request.raw.headersDistinct['idempotency-key'],
    isGone: () => request.raw.socket.destroyed,
    body: request.body as ProxyCall['body'],
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    proxyCaller: ProxyCall['caller'] | null
  }
}
