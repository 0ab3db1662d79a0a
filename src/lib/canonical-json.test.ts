import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

test('members in another order, or with other spaces, are the same value', () => {
  const one = JSON.parse('{"b":[1,{"y":null,"x":"ü"}],"a":{"d":true,"c":1.50}}')
  const other = JSON.parse('{ "a": { "c": 1.5, "d": true }, "b": [ 1, { "x": "\\u00fc", "y": null } ] }')
  expect(canonicalJson(one)).toBe('{"a":{"c":1.5,"d":true},"b":[1,{"x":"ü","y":null}]}')
  expect(canonicalJson(other)).toBe(canonicalJson(one))
})

test('what is different stays different, and the text is JSON of the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
      const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
      expect(JSON.parse(canonicalJson(plain(one)))).toEqual(plain(one))
      const equal = JSON.stringify(sorted(plain(one))) === JSON.stringify(sorted(plain(other)))
      expect(canonicalJson(plain(one)) === canonicalJson(plain(other))).toBe(equal)
    }),
  )
})

test('the order of a list is part of the value', () => {
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]))
})

test('a member that would set a prototype is a member like any other', () => {
  const text = '{"a":1,"__proto__":{"b":2}}'
  expect(canonicalJson(JSON.parse(text))).toBe('{"__proto__":{"b":2},"a":1}')
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  // No list is this: what is an object in one and a list in the other is different.
  return { members: members.sort(([a], [b]) => (a < b ? -1 : 1)) }
}
