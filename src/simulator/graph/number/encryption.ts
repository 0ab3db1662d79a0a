import { createPublicKey } from 'node:crypto'
import { badParam } from '../../graph-error.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const KEY_BITS = 2048

/** GET /{phone_number_id}/whatsapp_business_encryption */
export function readEncryption(_call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { business_public_key } = number
  return business_public_key ? { business_public_key, business_public_key_signature_status: 'VALID' } : {}
}

/** POST /{phone_number_id}/whatsapp_business_encryption: the key that flows encrypt for. */
export function updateEncryption(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const key = frameOf(call).at('business_public_key').text({ missing: 100 })
  if (!isRsaKey(key)) throw badParam('Param business_public_key must be a 2048-bit RSA public key in PEM format.')
  number.business_public_key = key
  return { success: true }
}

/** Whether this is a public key as Meta takes it: PEM, RSA, 2048 bits. */
export function isRsaKey(pem: string): boolean {
  // A private key would be read as well, and its public half taken.
  if (!/^\s*-----BEGIN (RSA )?PUBLIC KEY-----/.test(pem)) return false
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem)
    return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === KEY_BITS
  } catch {
    return false
  }
}
