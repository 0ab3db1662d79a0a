import { createHmac } from 'node:crypto'
import { type Simulation, seconds } from '../simulation.ts'
import type { Media } from '../state.ts'

const URL_SECONDS = 5 * 60

export const DOWNLOAD_PATH = '/whatsapp_business/attachments'

/** Meta rule: a URL for these bytes that works for five minutes, with the token. */
export function downloadUrl(simulation: Simulation, media: Media): string {
  const expires = String(seconds(simulation.now()) + URL_SECONDS)
  const query = new URLSearchParams({ mid: media.id, ext: expires, hash: hashOf(simulation, media.id, expires) })
  return `${simulation.url()}${DOWNLOAD_PATH}/?${query}`
}

/** Whether this URL was given out and has not expired. */
export function isLiveUrl(simulation: Simulation, query: URLSearchParams): boolean {
  const expires = query.get('ext') ?? ''
  if (query.get('hash') !== hashOf(simulation, query.get('mid') ?? '', expires)) return false
  return Number(expires) >= seconds(simulation.now())
}

function hashOf(simulation: Simulation, id: string, expires: string): string {
  const [app] = simulation.state.apps.values()
  return createHmac('sha256', app?.secret ?? '')
    .update(`${id}.${expires}`)
    .digest('base64url')
    .slice(0, 40)
}
