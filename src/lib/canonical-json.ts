import { isObject } from './json-object.ts'

/**
 * One text for every way in which the same value may be written as JSON: members sorted, no space between them. So two
 * texts that a program wrote in different orders compare as equal.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (!isObject(value)) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`)
  return `{${members.join(',')}}`
}
