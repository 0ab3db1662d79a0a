/** A hash written in hex, in base64. */
export function inBase64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}
