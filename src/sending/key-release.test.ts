import { expect, test } from 'vitest'
import { releasesKey } from './key-release.ts'
import { judgeOutcome } from './outcome.ts'

const answered = (status: number, body: unknown) =>
  releasesKey(
    judgeOutcome({
      kind: 'answered',
      status,
      headers: {},
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
    }),
  )
const refused = (status: number, code: number) => answered(status, { error: { message: 'no', code } })

test.each([
  [401, 190],
  [400, 190],
  [401, 0],
  [429, 1234],
  [400, 4],
  [400, 80007],
  [400, 130429],
  [400, 131056],
  [400, 131057],
])('a refusal with status %i and code %i passes: the key is free again', (status, code) => {
  expect(refused(status, code)).toBe(true)
})

test.each([
  [400, 100],
  [400, 131030],
  [400, 131047],
  [403, 10],
  [404, 132001],
])('a refusal with status %i and code %i is the last word for the key', (status, code) => {
  expect(refused(status, code)).toBe(false)
})

test.each([
  [500, 131000],
  [503, 2],
  [400, 1],
  [400, 2],
  [400, 131000],
  [400, 131016],
])('an answer with status %i and code %i proves nothing: the key stays taken', (status, code) => {
  expect(refused(status, code)).toBe(false)
})

test('accepted keeps the key, a lost answer keeps it, not sent frees it', () => {
  expect(answered(200, { messages: [{ id: 'wamid.x' }] })).toBe(false)
  expect(answered(200, '<html>')).toBe(false)
  expect(releasesKey(judgeOutcome({ kind: 'lost', timeout: true, reason: 'x' }))).toBe(false)
  expect(releasesKey(judgeOutcome({ kind: 'not_sent', timeout: false, reason: 'x' }))).toBe(true)
})
