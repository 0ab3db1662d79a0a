import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { admit } from '../http/admit.ts'
import { backlog } from '../store/backlog.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { isLoopback } from './limits.ts'
import { stoppingError } from './requests.ts'

/** How long the store may take to say that it is there. Milliseconds. */
const STORE_ANSWERS_MS = 2_000

/** `/health/live`, `/health/ready` and `/metrics`. The first two tell nothing but yes or no, to anyone. */
export function operationsRoutes(app: FastifyInstance, context: Context): void {
  const { store, stopping, metrics, clock, log } = context

  app.get('/health/live', async () => ({ status: 'ok' }))

  app.get('/health/ready', async () => {
    if (stopping.aborted) throw stoppingError()
    await storeAnswers(context)
    return { status: 'ok' }
  })

  app.get('/metrics', async (request, reply) => {
    if (!isLocal(context, request)) {
      const caller = await admit(context, request, reply)
      // As for a wrong key: what a key is worth elsewhere is not told here.
      if (caller.kind !== 'admin') throw new ApiError('invalid_api_key', 'Invalid or missing API key')
    }
    const waiting = await backlog(store.db, clock.now()).catch((error) => {
      log.warn({ err: error }, 'the store could not be asked for what is waiting')
      return null
    })
    return reply.type(metrics.contentType).send(await metrics.render(waiting))
  })
}

async function storeAnswers({ store }: Context): Promise<void> {
  const unavailable = new ApiError('unavailable', 'The store does not answer.', { headers: { 'retry-after': '1' } })
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unavailable), STORE_ANSWERS_MS)
  })
  const answer = store.db.execute('select 1', []).catch((error) => {
    throw error instanceof StoreUnavailable ? error : unavailable
  })
  await Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

/** What proxies and tunnels add to a request that they pass on. */
const FORWARDING =
  /^(forwarded|via|x-forwarded|x-real-ip|x-client-ip|x-envoy-|x-cluster-client-ip|true-client-ip|cf-|fly-|fastly-)/

/**
 * Whether a request comes from this machine itself, by somebody who could read the memory of the process just as well.
 * Behind a proxy on the same machine everything seems to; so nothing does when the outside has an address for us, when a
 * header tells of a proxy, or when the request names another host (a page in a browser here may have had it resolved to
 * this machine).
 */
function isLocal({ config }: Pick<Context, 'config'>, request: FastifyRequest): boolean {
  if (config.metricsAccess !== 'local' || !isLoopback(config.host)) return false
  if (config.publicUrl !== null && !isLocalHost(new URL(config.publicUrl).host)) return false
  if (!isLoopback(request.raw.socket.remoteAddress ?? '')) return false
  if (Object.keys(request.headers).some((name) => FORWARDING.test(name))) return false
  return isLocalHost(request.headers.host ?? '')
}

/** `host`: with or without a port, `[::1]` in brackets. */
function isLocalHost(host: string): boolean {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
  return isLoopback(name)
}
