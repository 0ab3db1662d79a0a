import { createHmac, timingSafeEqual } from 'node:crypto'

/** What a signed download link opens: one media id, through one number, until a time (unix seconds). */
export type MediaGrant = { media_id: string; phone_number_id: string; expires: number }

/** `{grant}.{signature}`, both base64url. Whoever holds it may download until it expires, as often as they like. */
export function signMediaGrant(key: Buffer, grant: MediaGrant): string {
  const text = Buffer.from(JSON.stringify([grant.media_id, grant.phone_number_id, grant.expires])).toString('base64url')
  return `${text}.${signature(key, text)}`
}

/** Null when it was not signed by us or `now` (unix seconds) is past its time. */
export function readMediaGrant(key: Buffer, token: string, now: number): MediaGrant | null {
  const [text = '', given = ''] = token.split('.')
  const expected = Buffer.from(signature(key, text))
  const actual = Buffer.from(given)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null
  const [media_id, phone_number_id, expires] = JSON.parse(Buffer.from(text, 'base64url').toString())
  return expires > now ? { media_id, phone_number_id, expires } : null
}

const signature = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')
