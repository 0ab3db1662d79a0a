import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * Whether `header` (`X-Hub-Signature-256`) signs exactly these bytes: Meta signs what it sent, and JSON parsed and
 * written again would not match. Anything that is not one signature is a wrong one.
 */
export function verifySignature(appSecret: string, bytes: Buffer, header: string | string[] | undefined): boolean {
  const hex = typeof header === 'string' ? /^sha256=([0-9a-f]{64})$/i.exec(header)?.[1] : undefined
  if (!hex) return false
  return timingSafeEqual(createHmac('sha256', appSecret).update(bytes).digest(), Buffer.from(hex, 'hex'))
}
