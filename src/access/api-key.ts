import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Random } from '../lib/ids.ts'

/** `live` and `test` keys open one project; an `admin` key opens the installation. */
export type ApiKeyPrefix = 'fl_live_' | 'fl_test_' | 'fl_admin_'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const SECRET = 30
const CHECKSUM = 6

export const API_KEY_PATTERN = /^fl_(?:live|test|admin)_[0-9A-Za-z]{36}$/

/** A new key: prefix, 30 random base62 characters (178 bits), 6 of checksum over what stands before them. */
export function createApiKey(prefix: ApiKeyPrefix, random: Random): string {
  let secret = ''
  while (secret.length < SECRET) {
    for (const byte of random(SECRET)) {
      // 248 is the largest multiple of 62 in a byte; above it some characters would be likelier than others.
      if (byte < 248 && secret.length < SECRET) secret += BASE62[byte % 62]
    }
  }
  return prefix + secret + checksum(prefix + secret)
}

/** False only for a key of our own form that was mistyped; a key taken over from elsewhere has no checksum. */
export function isPlausibleApiKey(key: string): boolean {
  if (!/^fl_(?:live|test|admin)_/.test(key)) return key.length > 0 && key.length <= 512
  return API_KEY_PATTERN.test(key) && checksum(key.slice(0, -CHECKSUM)) === key.slice(-CHECKSUM)
}

/** What is stored of a key, and of a Meta token where one must be recognised: SHA-256 in hex. */
export function digestOf(key: string): string {
  return hash('sha256', key, 'hex')
}

function checksum(text: string): string {
  let value = crc32(text)
  let digits = ''
  for (let index = 0; index < CHECKSUM; index += 1) {
    digits = BASE62[value % 62] + digits
    value = Math.floor(value / 62)
  }
  return digits
}
