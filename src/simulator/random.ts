import { createHash, randomBytes } from 'node:crypto'
import type { Random } from '../lib/ids.ts'

export type Chance = {
  /** Uniform over [0, 1). */
  number(): number
  /** A whole number of 0 to `most`. */
  upTo(most: number): number
}

/** A source of randomness for each purpose, so that what one draws does not change what another gets. */
export type RandomSource = (purpose: string) => Random

/** With a seed every stream is the same in every run; without one the system's randomness. */
export function createRandomSource(seed: string | number | undefined): RandomSource {
  if (seed === undefined) return () => randomBytes
  const streams = new Map<string, Random>()
  return (purpose) => {
    const known = streams.get(purpose)
    if (known) return known
    const stream = seededBytes(createHash('sha256').update(`${seed}\n${purpose}`).digest())
    streams.set(purpose, stream)
    return stream
  }
}

export function chanceFrom(random: Random): Chance {
  const next = () => random(4).readUInt32BE() / 2 ** 32
  return { number: next, upTo: (most) => Math.floor(next() * (most + 1)) }
}

// sfc32: small, fast, and good enough for jitter and ids; nothing secret comes from a seed.
function seededBytes(seed: Buffer): Random {
  let [a, b, c, counter] = [seed.readInt32LE(0), seed.readInt32LE(4), seed.readInt32LE(8), seed.readInt32LE(12)]
  const next = () => {
    const t = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return t
  }
  return (size) => {
    const bytes = Buffer.alloc(Math.ceil(size / 4) * 4)
    for (let at = 0; at < bytes.length; at += 4) bytes.writeInt32LE(next(), at)
    return bytes.subarray(0, size)
  }
}
