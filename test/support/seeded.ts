/** A source of chance that gives the same again for the same seed. */
export type Seeded = {
  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number
  pick<T>(from: readonly T[]): T
  digits(count: number): string
}

export function seeded(seed: number): Seeded {
  let state = seed >>> 0
  // mulberry32: short, and good enough to choose among cases.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    below,
    pick(from) {
      const picked = from[below(from.length)]
      if (picked === undefined) throw new Error('nothing to pick from')
      return picked
    },
    digits: (count) => Array.from({ length: count }, () => String(below(10))).join(''),
  }
}
