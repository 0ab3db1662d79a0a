import { Readable } from 'node:stream'
import { request } from 'undici'
import { MINUTE } from '../../lib/clock.ts'
import type { Simulation } from '../simulation.ts'
import type { Media, PhoneNumber } from '../state.ts'
import { bareType, kindOf, type MediaKind, SIZE_CAPS, UPLOAD_TYPES } from './kinds.ts'

export type FetchedLink = { media: Media } | { failure: string }

/** Meta rule: a link is kept this long under its exact text. */
const CACHED = 10 * MINUTE
const CACHE_SIZE = 1000
const REDIRECTS = 3

export type LinkCache = Map<string, { fetched: FetchedLink; until: number }>

/** Fetches linked media as Meta does after its answer: once, of a type and size the kind allows. Never throws. */
export async function fetchLink(
  simulation: Simulation,
  number: PhoneNumber,
  { link, kind }: { link: string; kind: MediaKind },
): Promise<FetchedLink> {
  const { linkCache, now } = simulation
  const key = `${number.id} ${kind} ${link}`
  const cached = linkCache.get(key)
  if (cached && cached.until > now()) return cached.fetched
  let fetched: FetchedLink
  try {
    fetched = await download(simulation, number, link, kind, REDIRECTS)
  } catch (error) {
    fetched = { failure: `Downloading media from weblink failed: ${error instanceof Error ? error.message : error}` }
  }
  linkCache.delete(key)
  linkCache.set(key, { fetched, until: now() + CACHED })
  for (const oldest of linkCache.keys()) {
    if (linkCache.size <= CACHE_SIZE) break
    linkCache.delete(oldest)
  }
  return fetched
}

async function download(
  simulation: Simulation,
  number: PhoneNumber,
  link: string,
  kind: MediaKind,
  redirects: number,
): Promise<FetchedLink> {
  const answer = await request(link, {
    dispatcher: simulation.http,
    headers: { 'user-agent': 'facebookexternalhit/1.1' },
  })
  const { location, 'content-type': type = 'application/octet-stream' } = answer.headers
  if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string' && redirects > 0) {
    await answer.body.dump()
    return download(simulation, number, new URL(location, link).href, kind, redirects - 1)
  }
  const mime = String(type)
  const failure = refusal(answer.statusCode, mime, kind)
  if (failure) {
    await answer.body.dump()
    return { failure }
  }
  const stored = await simulation.media.write(Readable.from(upTo(answer.body, SIZE_CAPS[kind])))
  return { media: simulation.media.add(stored, { phone_number_id: number.id, mime_type: mime, origin: 'uploaded' }) }
}

function refusal(status: number, mime: string, kind: MediaKind): string | null {
  if (status !== 200) {
    return `Downloading media from weblink failed with http code ${status}, status message error`
  }
  // As a document any type arrives by link; the closed list is for uploads.
  if (kind === 'document' || kindOf(mime) === kind) return null
  const allowed = Object.keys(UPLOAD_TYPES).filter((type) => UPLOAD_TYPES[type] === kind)
  if (kind === 'image') allowed.push('image/webp')
  if (allowed.includes(bareType(mime))) return null
  const name = kind[0]?.toUpperCase() + kind.slice(1)
  return `Unsupported ${name} mime type ${mime}. Please use one of ${allowed.sort().join(', ')}.`
}

async function* upTo(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > limit) throw new Error(`the file is larger than ${limit} bytes`)
    yield chunk
  }
}
