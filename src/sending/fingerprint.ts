import { hash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical-json.ts'

/** Digits beyond what a number holds: two texts that differ there would be read as the same number. */
const LONG_NUMBER = /[[:,]\s*-?\d{16}/

/**
 * What is sent, whatever way it is written: the same for a body whose members stand in another order. SHA-256, hex.
 * `parsed` is what `bytes` say. Bodies whose values cannot be compared so are taken as they are written.
 */
export function fingerprintOf(edge: string, bytes: Buffer, parsed: Record<string, unknown>): string {
  return hash('sha256', `${edge}\n${comparable(bytes.toString('utf8'), parsed)}`, 'hex')
}

function comparable(text: string, parsed: Record<string, unknown>): string {
  if (LONG_NUMBER.test(text)) return text
  try {
    return canonicalJson(parsed)
  } catch (error) {
    // Nested deeper than the stack is.
    if (error instanceof RangeError) return text
    throw error
  }
}

/** 52 bits of a fingerprint: an integer that every store keeps exactly, for comparing within one recipient. */
export const shortFingerprint = (fingerprint: string) => Number.parseInt(fingerprint.slice(0, 13), 16)
