import { expect, test } from 'vitest'
import { fingerprintOf, shortFingerprint } from './fingerprint.ts'

const of = (text: string, edge = 'messages') => fingerprintOf(edge, Buffer.from(text), JSON.parse(text))

test('the same request written otherwise has the same fingerprint', () => {
  expect(of('{"to":"1","text":{"body":"ü","preview_url":false}}')).toBe(
    of('{ "text": { "preview_url": false, "body": "\\u00fc" }, "to": "1" }'),
  )
})

test('another value, another edge, or a number that is written as text is another request', () => {
  const one = of('{"to":"1"}')
  for (const other of [
    of('{"to":"2"}'),
    of('{"to":1}'),
    of('{"to":"1"}', 'marketing_messages'),
    of('{"to":"1","x":null}'),
  ]) {
    expect(other).not.toBe(one)
  }
})

test('numbers too long to be read exactly are compared as they are written', () => {
  expect(of('{"to":12345678901234567890}')).not.toBe(of('{"to":12345678901234567891}'))
})

test('the short form is an exact integer', () => {
  expect(Number.isSafeInteger(shortFingerprint(of('{"to":"1"}')))).toBe(true)
})

test('what is nested too deep to be walked through is compared as it is written', () => {
  const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
  expect(of(deep)).toBe(of(deep))
  expect(of(deep)).not.toBe(of(deep.replace('"a"', '"b"')))
})
