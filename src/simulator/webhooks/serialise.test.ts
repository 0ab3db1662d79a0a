import { expect, test } from 'vitest'
import { serialise, signatureHeaders } from './serialise.ts'

test.each<[unknown, string]>([
  [{ a: 'é/👋' }, '{"a":"\\u00e9\\/\\ud83d\\udc4b"}'],
  ['https://example.com/', '"https:\\/\\/example.com\\/"'],
  ['"\\\n\u0000', '"\\"\\\\\\n\\u0000"'],
  ['\ud83d', '"\\ud83d"'],
  ['<&%@>', '"<&%@>"'],
])('%j is written as Meta does', (value, text) => {
  expect(serialise(value).toString('latin1')).toBe(text)
  expect(JSON.parse(text)).toEqual(value)
})

test('both signatures are over exactly the bytes', () => {
  expect(signatureHeaders('secret', Buffer.from('{"a":"\\/"}'))).toEqual({
    'x-hub-signature': expect.stringMatching(/^sha1=[0-9a-f]{40}$/),
    'x-hub-signature-256': 'sha256=48cbb81d001cd7d18275f6fbb3c3323b90fe0e32ffc2eedee81d11a364ba2bf2',
  })
})
