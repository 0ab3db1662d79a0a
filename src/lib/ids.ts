import type { Clock } from './clock.ts'

/** `size` random bytes. In tests a seeded source takes its place. */
export type Random = (size: number) => Buffer

export type Ids = {
  /** A row key: microseconds since 1970, strictly increasing within the process, so keys sort as time does. */
  row(): number
  /** The public id (UUID v7) of the row with this key. Only the random half is new: the time half is the row key. */
  uuid(row: number): string
}

/**
 * Where several processes make row keys, each takes only those that leave its own `share` when divided by `shares`. A
 * process may be given another share while it runs.
 */
export type KeySpace = { share: number; readonly shares: number }

/** `after`: the highest row key already in use, so that a clock set back never gives a key twice. */
export function createIds(
  clock: Clock,
  random: Random,
  { after = 0, space = { share: 0, shares: 1 } }: { after?: number; space?: KeySpace } = {},
): Ids {
  let last = after
  // Asking the system for randomness costs more than all the rest of an id, so it is asked for many ids at once.
  let drawn: Buffer = Buffer.alloc(0)
  let used = 0
  return {
    row() {
      const { share, shares } = space
      const earliest = Math.max(last + 1, clock.now())
      last = earliest + ((share - (earliest % shares) + shares) % shares)
      return last
    },
    uuid(row) {
      if (used + 8 > drawn.length) {
        drawn = random(2048)
        used = 0
      }
      used += 8
      return uuidOfRow(row, drawn.subarray(used - 8, used))
    },
  }
}

// RFC 9562, 6.2, method 3: the 12 bits after the version hold the fraction of the millisecond. A microsecond count
// below 1000 survives the trip through 4096ths, so a UUID names its row and no index over UUIDs is needed.
function uuidOfRow(row: number, randomBytes: Buffer): string {
  const millis = Math.floor(row / 1000)
  const fraction = Math.ceil(((row - millis * 1000) * 4096) / 1000)
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(millis, 0, 6)
  bytes.writeUInt16BE(0x7000 | fraction, 6)
  randomBytes.copy(bytes, 8, 0, 8)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** The row key inside a public id of ours; null for anything else. The caller compares the whole id with the row's. */
export function rowOfUuid(uuid: string): number | null {
  if (!UUID_V7.test(uuid)) return null
  const millis = Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)
  const fraction = Number.parseInt(uuid.slice(15, 18), 16)
  return millis * 1000 + Math.floor((fraction * 1000) / 4096)
}
