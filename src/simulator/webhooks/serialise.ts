import { createHmac } from 'node:crypto'

/**
 * The bytes Meta would post: ASCII, with `/` as `\/` and everything else beyond ASCII as lower-case `\uXXXX`. Receivers
 * that sign JSON.stringify(JSON.parse(body)) fail against Meta, and so must they here.
 */
export function serialise(value: unknown): Buffer {
  const json = JSON.stringify(value).replace(/[/\u0080-\uffff]/g, (character) =>
    character === '/' ? '\\/' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return Buffer.from(json, 'latin1')
}

/** Both signatures of exactly these bytes. */
export function signatureHeaders(secret: string, body: Buffer): Record<string, string> {
  return {
    'x-hub-signature': `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  }
}
