import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonMembers } from './json-members.ts'

const read = (text: string) => {
  const bytes = Buffer.from(text)
  return jsonMembers(bytes).map(({ key, valueStart, valueEnd }) => [key, bytes.toString('utf8', valueStart, valueEnd)])
}

test.each([
  ['{}', []],
  [
    ' { "a" : 1 , "b":[1,{"a":2}] } ',
    [
      ['a', '1'],
      ['b', '[1,{"a":2}]'],
    ],
  ],
  [
    '{"a":1,"a":2}',
    [
      ['a', '1'],
      ['a', '2'],
    ],
  ],
  ['{"\\u0074o":"x"}', [['to', '"x"']]],
  [
    '{"k}":"\\"},","t":true}',
    [
      ['k}', '"\\"},"'],
      ['t', 'true'],
    ],
  ],
  [
    '{"é":"ü\\\\","n":null}',
    [
      ['é', '"ü\\\\"'],
      ['n', 'null'],
    ],
  ],
])('%s', (text, members) => {
  expect(read(text)).toEqual(members)
})

test('finds every value of any object, however it is spaced', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(0, 1, 4), (object, indent) => {
      // Object keys that look like numbers come first in both, because both read the same text.
      const text = JSON.stringify(object, null, indent)
      const found = read(text).map(([key, value]) => [key, JSON.parse(value as string)])
      expect(found).toEqual(Object.entries(JSON.parse(text)))
    }),
  )
})
