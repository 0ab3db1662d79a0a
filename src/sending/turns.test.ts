import { expect, test } from 'vitest'
import { manualClock } from '../lib/clock.ts'
import { createTurns } from './turns.ts'

test('turns to one recipient come one after another, in the order of asking', async () => {
  const turns = createTurns(manualClock(0))
  const order: number[] = []
  const done = [1, 2, 3].map(async (number) => {
    const end = await turns.take('a')
    order.push(number)
    await Promise.resolve()
    order.push(-number)
    end?.()
  })
  await Promise.all(done)
  expect(order).toEqual([1, -1, 2, -2, 3, -3])
})

test('other recipients do not wait', async () => {
  const turns = createTurns(manualClock(0))
  await turns.take('a')
  expect(await turns.take('b')).not.toBeNull()
})

test('who waits too long gets no turn, and the next still does', async () => {
  const clock = manualClock(0)
  const turns = createTurns(clock)
  const end = await turns.take('a')
  const late = turns.take('a')
  await clock.advance(9_999)
  const patient = turns.take('a')
  await clock.advance(1)
  expect(await late).toBeNull()
  end?.()
  expect(await patient).not.toBeNull()
})

test('a line has an end, and ending a turn twice lets nobody pass twice', async () => {
  const turns = createTurns(manualClock(0), { line: 2 })
  const end = await turns.take('a')
  const second = turns.take('a')
  const third = turns.take('a')
  expect(await turns.take('a')).toBeNull()
  end?.()
  end?.()
  expect(await second).not.toBeNull()
  const state = await Promise.race([third, Promise.resolve('waits')])
  expect(state).toBe('waits')
})
