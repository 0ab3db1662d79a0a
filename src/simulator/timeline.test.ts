import { expect, test } from 'vitest'
import { manualClock } from '../lib/clock.ts'
import { createTimeline } from './timeline.ts'

/** A timeline whose tasks write down when they happen; `answers`: what each leads to once everything has settled. */
function recorded(answers: Record<string, [ms: number, task: string]> = {}) {
  const base = manualClock(0)
  const done: [string, number][] = []
  let open: string[] = []
  const timeline = createTimeline<string>(
    base,
    (task) => {
      done.push([task, timeline.now() / 1000])
      open.push(task)
    },
    async () => {
      for (const task of open) {
        const next = answers[task]
        if (next) timeline.after(...next)
      }
      open = []
    },
  )
  return { base, timeline, done }
}

test('tasks happen at their time, and in the order they were set for the same time', async () => {
  const { base, timeline, done } = recorded()
  for (const [ms, task] of [
    [30, 'c'],
    [10, 'a'],
    [20, 'b'],
    [10, 'a2'],
  ] as const)
    timeline.after(ms, task)
  await base.advance(20)
  expect(done).toEqual([
    ['a', 10],
    ['a2', 10],
    ['b', 20],
  ])
  expect(timeline.waiting()).toEqual([{ at: 30_000, task: 'c' }])
})

test('many tasks in any order come out sorted', async () => {
  const { timeline, done } = recorded()
  const times = Array.from({ length: 500 }, (_, index) => (index * 7919) % 1000)
  for (const ms of times) timeline.after(ms, `${ms}`)
  await timeline.advance(1000)
  expect(done.map(([, at]) => at)).toEqual(times.toSorted((a, b) => a - b))
})

test('frozen time stands whatever the clock does, and goes on from where it stood', async () => {
  const { base, timeline, done } = recorded()
  timeline.after(10, 'a')
  timeline.set({ frozen: true })
  await base.advance(1000)
  expect([done, timeline.now()]).toEqual([[], 0])
  timeline.set({ frozen: false })
  await base.advance(9)
  expect(done).toEqual([])
  await base.advance(1)
  expect(done).toEqual([['a', 10]])
})

test('fast time is fast from the moment it is set', async () => {
  const { base, timeline, done } = recorded()
  timeline.after(5000, 'a')
  await base.advance(1000)
  timeline.set({ speed: 100 })
  await base.advance(39)
  expect([timeline.now() / 1000, done]).toEqual([4900, []])
  await base.advance(1)
  expect(done).toEqual([['a', 5000]])
})

test('an advance waits for what happens on the way, so that what follows from an answer happens in its place', async () => {
  const { timeline, done } = recorded({ first: [60_000, 'retry'], retry: [60_000, 'second retry'] })
  timeline.set({ frozen: true })
  timeline.after(0, 'first')
  timeline.after(90_000, 'other')
  await timeline.advance(200_000)
  expect(done).toEqual([
    ['first', 0],
    ['retry', 60_000],
    ['other', 90_000],
    ['second retry', 120_000],
  ])
  expect(timeline.now()).toBe(200_000_000)
})

test('two advances at once queue up', async () => {
  const { timeline, done } = recorded()
  timeline.after(100, 'a')
  timeline.after(250, 'b')
  await Promise.all([timeline.advance(150), timeline.advance(150)])
  expect([timeline.now(), done.length]).toEqual([300_000, 2])
})

test('a restart forgets what was to come', async () => {
  const { timeline, done } = recorded()
  timeline.after(10, 'old')
  timeline.restart(5_000_000, [{ at: 5_001_000, task: 'new' }])
  await timeline.advance(100)
  expect(done).toEqual([['new', 5001]])
})

test('nothing happens after a stop', async () => {
  const { base, timeline, done } = recorded()
  timeline.after(10, 'a')
  timeline.stop()
  timeline.after(10, 'b')
  await base.advance(100)
  expect(done).toEqual([])
})
