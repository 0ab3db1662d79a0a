import { createHash } from 'node:crypto'
import type { Clock } from '../lib/clock.ts'
import { createIds, type Random } from '../lib/ids.ts'

export type Identifiers = {
  /** A Graph id: 16 digits, below 2^53, so that it also survives as a JSON number. */
  object(): string
  /** A message id. `digits`: the customer's number, which Meta's ids carry in clear. Never the same one twice. */
  wamid(direction: 'to_customer' | 'from_customer', digits: string): string
  /** `A` and 22 url-safe characters. */
  trace(): string
}

/** The simulator's source of ids. `taken` says which Graph ids already name something. */
export function createIdentifiers(clock: Clock, random: Random, taken: (id: string) => boolean): Identifiers {
  const ids = createIds(clock, random)
  const bytes = inBulk(random)
  return {
    object() {
      for (let salt = ids.row(); ; salt = ids.row()) {
        const digest = createHash('sha256').update(bytes(16)).update(String(salt)).digest()
        const id = String(1_000_000_000_000_000 + Number(digest.readBigUInt64BE() % 8_000_000_000_000_000n))
        if (!taken(id)) return id
      }
    },
    wamid(direction, digits) {
      // Meta's frame: the digits, then an upper-case hex id. The first half of ours is a time that never repeats in this
      // process, the second half is random, so that a restart does not give an id again either.
      const hex = Buffer.alloc(16)
      hex.writeBigUInt64BE(BigInt(ids.row()))
      bytes(8).copy(hex, 8)
      const frame = Buffer.concat([
        Buffer.from([0x1c, 0x18, digits.length]),
        Buffer.from(digits, 'latin1'),
        Buffer.from([0x15, 0x02, 0x00, direction === 'to_customer' ? 0x11 : 0x12, 0x18, 0x20]),
        Buffer.from(hex.toString('hex').toUpperCase(), 'latin1'),
        Buffer.from([0x00]),
      ])
      return `wamid.${frame.toString('base64')}`
    },
    trace: () => `A${bytes(17).toString('base64url').slice(0, 22)}`,
  }
}

/** The same bytes, fetched many at a time: asking the system for a few costs as much as asking for a page. */
function inBulk(random: Random): Random {
  const page = 4096
  let bytes: Buffer = Buffer.alloc(0)
  return (size) => {
    if (bytes.length < size) bytes = random(page)
    const taken = bytes.subarray(0, size)
    bytes = bytes.subarray(size)
    return taken
  }
}
