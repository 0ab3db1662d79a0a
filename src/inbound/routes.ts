import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { MetaApps } from '../access/meta-apps.ts'
import type { Context } from '../context.ts'
import { ApiError, flatBody } from '../errors.ts'
import { asApiError } from '../http/as-api-error.ts'
import { verifySignature } from '../meta/signature.ts'
import { storeWebhook } from '../store/commands/store-webhook.ts'

/** Meta sends up to 3 MB (Meta rule). Bytes. */
const BODY_LIMIT = 3 * 1024 * 1024 + 64 * 1024

/** The app that is meant when the address names none. */
const DEFAULT_APP = 'default'

/** What the name of an app may look like. */
const SLUG = /^[a-z0-9-]{1,64}$/

/** Where Meta's webhooks arrive: the handshake, and signed posts that are stored before they are acknowledged. */
export async function intake(app: FastifyInstance, { context, metaApps }: { context: Context; metaApps: MetaApps }) {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, done) =>
    done(null, body),
  )
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = asApiError(error, context.log)
    return reply
      .code(refusal.status)
      .headers(refusal.details.headers ?? {})
      .send(flatBody(refusal))
  })

  async function appOf(request: FastifyRequest) {
    const { app: slug = DEFAULT_APP } = request.params as { app?: string }
    if (!SLUG.test(slug)) throw new ApiError('not_found', 'Unknown path')
    const metaApp = await metaApps.bySlug(slug)
    if (metaApp) return metaApp
    throw new ApiError('unavailable', `No Meta app is set up for this address. Connect a number with its app secret.`)
  }

  for (const path of ['/webhooks/meta', '/webhooks/meta/:app']) {
    app.get(path, async (request, reply) => {
      const metaApp = await appOf(request)
      const query = request.query as Record<string, unknown>
      const challenge = query['hub.challenge']
      const known =
        typeof query['hub.verify_token'] === 'string' && equal(query['hub.verify_token'], metaApp.verify_token)
      // Nothing but letters and digits goes back, so that nothing can be reflected through us.
      if (
        query['hub.mode'] !== 'subscribe' ||
        !known ||
        typeof challenge !== 'string' ||
        !/^\w{1,256}$/.test(challenge)
      ) {
        throw new ApiError('forbidden', 'The verify token does not match the one that was set up.')
      }
      return reply.type('text/plain; charset=utf-8').send(challenge)
    })

    app.post(path, async (request, reply) => {
      if (request.headers['content-encoding']) {
        throw new ApiError('unsupported_media_type', 'A webhook must not be compressed.')
      }
      const metaApp = await appOf(request)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (!verifySignature(metaApp.app_secret, body, request.headers['x-hub-signature-256'])) {
        context.log.warn({ meta_app: metaApp.id }, 'a webhook with a wrong signature was refused')
        throw new ApiError('invalid_api_key', 'The signature does not match this body.')
      }
      await context.store.write(storeWebhook, { project_id: metaApp.project_id, meta_app: metaApp.id, body })
      context.webhookStored()
      return reply.type('text/plain; charset=utf-8').send('EVENT_RECEIVED')
    })
  }
}

const digest = (text: string) => createHash('sha256').update(text).digest()

/** In time that does not depend on where two texts differ. */
const equal = (given: string, expected: string) => timingSafeEqual(digest(given), digest(expected))
