import { expect, test } from 'vitest'
import { nextAttemptIn } from './retry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each([
  [1, 0],
  [2, MINUTE],
  [3, 5 * MINUTE],
  [4, 15 * MINUTE],
  [5, HOUR],
  [6, 3 * HOUR],
  [7, 6 * HOUR],
  [8, 12 * HOUR],
  [20, 12 * HOUR],
])('after attempt %i the next is %i ms later', (attempts, wait) => {
  expect(nextAttemptIn(attempts, 0)).toBe(wait)
})

test('after seven days it is given up', () => {
  expect(nextAttemptIn(20, (7 * 24 - 12) * HOUR)).toBe(12 * HOUR)
  expect(nextAttemptIn(20, (7 * 24 - 12) * HOUR + 1)).toBeNull()
})
