import { hash } from 'node:crypto'

/** 52 bits of a wamid, so that uniqueness costs an integer key. Whoever finds a row by it compares the text too. */
export function wamidHash(wamid: string): number {
  return Number.parseInt(hash('sha256', wamid, 'hex').slice(0, 13), 16)
}
