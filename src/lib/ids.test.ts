import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { manualClock } from './clock.ts'
import { createIds, rowOfUuid } from './ids.ts'

test('row keys increase also while the clock stands still or is set back', () => {
  let now = 5_000_000
  const ids = createIds({ ...manualClock(0), now: () => now }, randomBytes)
  const first = ids.row()
  const second = ids.row()
  now = 1
  expect([first, second, ids.row()]).toEqual([5_000_000, 5_000_001, 5_000_002])
})

test('a store that is ahead of the clock keeps its lead', () => {
  expect(createIds(manualClock(10), randomBytes, { after: 99 }).row()).toBe(100)
})

test('a public id names its row, for every microsecond of a millisecond', () => {
  const ids = createIds(manualClock(0), randomBytes)
  for (let micros = 0; micros < 1000; micros += 1) {
    const row = 1_790_000_000_123_000 + micros
    expect(rowOfUuid(ids.uuid(row))).toBe(row)
  }
})

test('public ids sort as their rows do', () => {
  const ids = createIds(manualClock(0), randomBytes)
  expect(ids.uuid(1_790_000_000_123_456) < ids.uuid(1_790_000_000_123_457)).toBe(true)
})

test.each(['', 'x', '00000000-0000-4000-8000-000000000000', '0193-7'])('%j is no id of ours', (text) => {
  expect(rowOfUuid(text)).toBeNull()
})

test('processes with a share each give different keys, in time order, also for one microsecond', () => {
  const clock = manualClock(1_000_000)
  const processes = [0, 1, 31].map((share) => createIds(clock, randomBytes, { space: { share, shares: 32 } }))
  const keys = Array.from({ length: 50 }, () => processes.map((ids) => ids.row())).flat()
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys[0]).toBe(1_000_000 - (1_000_000 % 32) + 32 * Number(1_000_000 % 32 > 0))
  expect(keys.map((key) => key % 32).slice(0, 3)).toEqual([0, 1, 31])
})

test('a process that is given another share goes on with it, and never backwards', () => {
  const space = { share: 3, shares: 32 }
  const ids = createIds(manualClock(1_000_000), randomBytes, { after: 2_000_000, space })
  const before = [ids.row(), ids.row()]
  space.share = 1
  const after = [ids.row(), ids.row()]
  expect([...before, ...after].map((key) => key % 32)).toEqual([3, 3, 1, 1])
  expect([...before, ...after]).toEqual([...before, ...after].sort((a, b) => a - b))
  expect(before[0]).toBeGreaterThan(2_000_000)
})
