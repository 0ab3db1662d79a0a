import { request } from 'undici'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { SECOND } from '../lib/clock.ts'
import { jsonObject } from '../lib/json-object.ts'
import { USER_AGENT } from '../meta/graph.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import type { ProxyAnswer } from './call.ts'
import { forward } from './forward.ts'
import { readMediaGrant } from './media-token.ts'

/** Types that a browser may show from our address; anything else is offered as a file to save (S41 in spirit). */
const SHOWN = /^(image\/(jpeg|png|webp|gif)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)(;|$)/

/**
 * `GET /media_download?token=`: the bytes behind a signed link, for anyone who holds it. Answered by us, streamed from
 * Meta, never a redirect. `range`: the request's Range header.
 */
export async function downloadMedia(
  context: Context,
  { token, range }: { token: string; range: string | undefined },
): Promise<ProxyAnswer> {
  const now = Math.floor(context.clock.now() / SECOND)
  const grant = readMediaGrant(context.vault.derive('media download'), token, now)
  const number = grant && (await context.numbers.byPhoneNumberId(grant.phone_number_id))
  if (!grant || !number) throw new ApiError('media_not_found', 'This media link is not valid, or no longer.')

  const link = await mediaLink(context, number, grant.media_id)
  if (!isMediaHost(context, number, link)) {
    context.log.error({ host: link.host }, 'Meta named a media host that is not on FAIRLEAD_MEDIA_HOSTS')
    throw new ApiError('media_download_failed', 'Media download failed')
  }
  const answer = await request(link, {
    dispatcher: context.graph.dispatcher,
    headers: {
      authorization: `Bearer ${await context.numbers.accessToken(number)}`,
      'user-agent': USER_AGENT,
      ...(range && { range }),
    },
  }).catch(() => null)
  if (!answer || ![200, 206, 416].includes(answer.statusCode)) {
    await answer?.body.dump().catch(() => {})
    throw new ApiError('media_download_failed', 'Media download failed')
  }
  return {
    status: answer.statusCode,
    headers: downloadHeaders(answer.headers, grant.media_id),
    body: answer.body,
  }
}

async function mediaLink(context: Context, number: PhoneNumberRow, media_id: string): Promise<URL> {
  const answer = await forward(
    context,
    number,
    { version: context.config.graphVersion },
    { method: 'GET', path: media_id },
  )
  if (answer.status === 400 || answer.status === 404) throw new ApiError('media_not_found', 'Media not found')
  const { url } = (answer.status === 200 && jsonObject(answer.body)) || {}
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new ApiError('media_download_failed', 'Media download failed')
  return new URL(url)
}

/** The number's token goes to Meta's media hosts over https, to the Graph address we were given, and nowhere else. */
function isMediaHost(
  { config, graphOrigin }: Pick<Context, 'config' | 'graphOrigin'>,
  number: { simulated: 0 | 1 },
  link: URL,
): boolean {
  if (link.username !== '' || link.password !== '') return false
  if (link.origin === new URL(graphOrigin(number)).origin) return true
  if (link.protocol !== 'https:' || link.port !== '') return false
  return config.mediaHosts.some((host) =>
    host.startsWith('*.') ? link.hostname.endsWith(host.slice(1)) : link.hostname === host,
  )
}

function downloadHeaders(
  upstream: Record<string, string | string[] | undefined>,
  media_id: string,
): Record<string, string> {
  const type = String(upstream['content-type'] ?? 'application/octet-stream')
  const shown = SHOWN.test(type)
  const headers: Record<string, string> = {
    'content-type': shown
      ? type
      : type.startsWith('text/plain')
        ? 'text/plain; charset=utf-8'
        : 'application/octet-stream',
    'content-disposition': `${shown ? 'inline' : 'attachment'}; filename="${media_id}"`,
    'cache-control': 'private, max-age=240',
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  }
  for (const name of ['content-length', 'content-range', 'accept-ranges']) {
    if (upstream[name] !== undefined) headers[name] = String(upstream[name])
  }
  return headers
}
