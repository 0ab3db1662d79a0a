import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { API_KEY_PATTERN, createApiKey, isPlausibleApiKey } from './api-key.ts'

test('keys are unique, match the published pattern and carry their checksum', () => {
  const keys = new Set(Array.from({ length: 20_000 }, () => createApiKey('fl_live_', randomBytes)))
  expect(keys.size).toBe(20_000)
  for (const key of keys) expect(API_KEY_PATTERN.test(key) && isPlausibleApiKey(key)).toBe(true)
})

test('one wrong character is noticed without asking the store', () => {
  let refused = 0
  const tries = 20_000
  for (let index = 0; index < tries; index += 1) {
    const key = createApiKey('fl_test_', randomBytes)
    const at = 8 + (index % 36)
    const other = key[at] === 'a' ? 'b' : 'a'
    if (!isPlausibleApiKey(key.slice(0, at) + other + key.slice(at + 1))) refused += 1
  }
  expect(refused / tries).toBeGreaterThanOrEqual(0.9999)
})

test('keys of other makers are left to the store', () => {
  expect(isPlausibleApiKey('kapso_1234567890')).toBe(true)
  expect(isPlausibleApiKey('')).toBe(false)
  expect(isPlausibleApiKey('x'.repeat(513))).toBe(false)
})
