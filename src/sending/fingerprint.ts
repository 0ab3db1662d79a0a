import { hash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical-json.ts'

/** Digits beyond what a number holds: two texts that differ there would be read as the same number. */
const LONG_NUMBER = /[[:,]\s*-?\d{16}/

/**
 * What is sent, whatever way it is written: the same for a body whose members stand in another order. SHA-256, hex.
 * `parsed` is what `bytes` say. Bodies with numbers that cannot be told apart when read are taken as they are written.
 */
export function fingerprintOf(edge: string, bytes: Buffer, parsed: Record<string, unknown>): string {
  const text = bytes.toString('utf8')
  return hash('sha256', `${edge}\n${LONG_NUMBER.test(text) ? text : canonicalJson(parsed)}`, 'hex')
}

/** 52 bits of a fingerprint: an integer that every store keeps exactly, for comparing within one recipient. */
export const shortFingerprint = (fingerprint: string) => Number.parseInt(fingerprint.slice(0, 13), 16)
