import type { RandomSource } from './random.ts'

export type Identifiers = {
  /** A Graph id: 16 digits, below 2^53, so that it also survives as a JSON number. */
  object(): string
  /** A message id. `digits`: the customer's number, which Meta's ids carry in clear. Never the same one twice. */
  wamid(direction: 'to_customer' | 'from_customer', digits: string): string
  /** `A` and 22 url-safe characters. */
  trace(): string
  /** Letters and digits, for codes, handles and links. */
  opaque(length: number): string
}

/** The simulator's source of ids. `taken` says which Graph ids already name something. */
export function createIdentifiers(source: RandomSource, taken: (id: string) => boolean): Identifiers {
  const objects = inBulk(source('objects'))
  const messages = inBulk(source('messages'))
  const traces = inBulk(source('traces'))
  return {
    object() {
      for (;;) {
        const id = String(1_000_000_000_000_000 + Number(objects(8).readBigUInt64BE() % 8_000_000_000_000_000n))
        if (!taken(id)) return id
      }
    },
    wamid(direction, digits) {
      // Meta's frame: the digits, then an upper-case hex id; 128 random bits never come twice.
      const frame = Buffer.concat([
        Buffer.from([0x1c, 0x18, digits.length]),
        Buffer.from(digits, 'latin1'),
        Buffer.from([0x15, 0x02, 0x00, direction === 'to_customer' ? 0x11 : 0x12, 0x18, 0x20]),
        Buffer.from(messages(16).toString('hex').toUpperCase(), 'latin1'),
        Buffer.from([0x00]),
      ])
      return `wamid.${frame.toString('base64')}`
    },
    trace: () => `A${traces(17).toString('base64url').slice(0, 22)}`,
    opaque: (length) =>
      objects(length * 2)
        .toString('base64')
        .replace(/[^A-Za-z0-9]/g, '')
        .slice(0, length),
  }
}

/** The same bytes, fetched many at a time: asking the system for a few costs as much as asking for a page. */
function inBulk(random: (size: number) => Buffer): (size: number) => Buffer {
  const page = 4096
  let bytes: Buffer = Buffer.alloc(0)
  return (size) => {
    if (bytes.length < size) bytes = random(page)
    const taken = bytes.subarray(0, size)
    bytes = bytes.subarray(size)
    return taken
  }
}
