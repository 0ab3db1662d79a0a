import { expect, test } from 'vitest'
import { DAY, SECOND } from '../lib/clock.ts'
import { judge } from './windows.ts'

const now = 100 * DAY

test.each([
  ['just wrote', { last: now, completeSince: 0 }, 'open'],
  ['wrote a second less than a day ago', { last: now - DAY + SECOND, completeSince: 0 }, 'open'],
  ['wrote a day ago', { last: now - DAY, completeSince: 0 }, 'closed'],
  ['never wrote', { last: null, completeSince: 0 }, 'closed'],
  ['never wrote, and we have listened for exactly a day', { last: null, completeSince: now - DAY }, 'closed'],
  ['never wrote, and we have listened for less', { last: null, completeSince: now - DAY + SECOND }, 'unknown'],
  ['wrote long ago, and we were down in between', { last: now - 2 * DAY, completeSince: now - SECOND }, 'unknown'],
  ['wrote lately, and we were down', { last: now - SECOND, completeSince: now }, 'open'],
] as const)('%s: %o', (_name, { last, completeSince }, expected) => {
  expect(judge({ now, last, completeSince })).toBe(expected)
})
