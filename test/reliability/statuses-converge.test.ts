import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Store } from '../../src/store/open.ts'
import { project } from '../../src/store/statuses.ts'
import type { MessageStatus } from '../../src/store/tables.ts'
import { openStores, type Report, sendOnItsWay } from '../support/sent-message.ts'

/** Set STATUS_RUNS to try more orders through the store, and STATUS_SEED to a seed that was printed. */
const RUNS = Number(process.env.STATUS_RUNS ?? 200)
const PURE_RUNS = 10_000
const SEED = Number(process.env.STATUS_SEED ?? 1)

/** How far each status is; told here once more, so that the projection is not measured by itself. */
const RANK = new Map([
  ['pending', 0],
  ['sent', 1],
  ['delivered', 2],
  ['read', 3],
  ['failed', 4],
])
const rank = (status: string | null) => RANK.get(status ?? 'pending') ?? 0
const furthest = (statuses: string[]) =>
  ['pending', ...statuses.filter((status) => RANK.has(status))].reduce((one, other) =>
    rank(other) > rank(one) ? other : one,
  )

const status = fc.constantFrom(
  'sent',
  'delivered',
  'read',
  'failed',
  'played',
  'deleted',
  'warning',
  'pending',
  'of_tomorrow',
)
/** Few timestamps and people, so that many are equal. */
const report = fc.record({
  status,
  timestamp: fc.integer({ min: 1_760_000_000, max: 1_760_000_003 }),
  participant: fc.constantFrom('', '', '', '15551234567'),
})
const reports = fc.array(report, { maxLength: 10 })

test(`${PURE_RUNS} sets of statuses, in any order and with any repeats, are projected alike, and none falls back`, () => {
  const orders = reports.chain((all) => {
    const repeated = [...all, ...all.slice(0, 3)]
    return fc.tuple(fc.constant(all), fc.shuffledSubarray(repeated, { minLength: repeated.length }))
  })
  fc.assert(
    fc.property(orders, ([all, shuffled]) => {
      let current: MessageStatus = 'pending'
      for (const { status } of shuffled) {
        const next = project(current, status)
        expect(rank(next)).toBeGreaterThanOrEqual(rank(current))
        current = next
      }
      expect(current).toBe(furthest(all.map(({ status }) => status)))
    }),
    { numRuns: PURE_RUNS, seed: SEED },
  )
})

/** Webhooks of one message, each with its statuses, and where among them the answer to the send is stored. */
type Course = {
  webhooks: Array<{ reports: Report[]; traced: boolean }>
  answerAt: number
}

/** One set of statuses in two courses: each its own order, its own batches, and the answer at its own moment. */
const courses = reports.chain((all) => {
  const course = fc
    .record({
      order: fc.shuffledSubarray([...all, ...all.slice(0, 3)], { minLength: all.length + Math.min(3, all.length) }),
      sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 13, maxLength: 13 }),
      traced: fc.array(fc.boolean(), { minLength: 13, maxLength: 13 }),
      answerAt: fc.nat({ max: 13 }),
    })
    .map(({ order, sizes, traced, answerAt }): Course => {
      const webhooks: Course['webhooks'] = []
      for (let at = 0; at < order.length; at += sizes[webhooks.length - 1] ?? 1) {
        const index = webhooks.length
        webhooks.push({ reports: order.slice(at, at + (sizes[index] ?? 1)), traced: traced[index] ?? false })
      }
      return { webhooks, answerAt: Math.min(answerAt, webhooks.length) }
    })
  return fc.record({ all: fc.constant(all), one: course, other: course, atOnce: fc.boolean() })
})

let sends = 0

/** Lets a course happen, step by step or all at once, and gives what is stored of the message in the end. */
async function live(store: Store, project_id: number, { webhooks, answerAt }: Course, atOnce: boolean) {
  sends += 1
  const message = await sendOnItsWay(store, project_id, `wamid.${15_550_000_000 + sends}`)
  const steps = webhooks.map(
    ({ reports, traced }) =>
      () =>
        message.reported(reports, traced).then(() => {}),
  )
  steps.splice(answerAt, 0, () => message.answered().then(() => {}))
  if (atOnce) await Promise.all(steps.map((step) => step()))
  let before: string | null = null
  for (const step of atOnce ? [] : steps) {
    await step()
    const now = await message.status()
    expect(rank(now)).toBeGreaterThanOrEqual(rank(before))
    before = now
  }
  return { status: await message.status(), history: await message.history(), parked: await message.parked() }
}

test(
  `${RUNS} sets of statuses through the store: early, repeated, batched, at once, all end alike and whole`,
  async () => {
    await using opened = await openStores(1)
    const [store] = opened.stores
    if (!store) throw new Error('no store was opened')
    await fc.assert(
      fc.asyncProperty(courses, async ({ all, one, other, atOnce }) => {
        const expected = {
          status: furthest(all.map(({ status }) => status)),
          history: [...new Set(all.map((report) => JSON.stringify(report)))].sort(),
          parked: 0,
        }
        expect(await live(store, opened.project_id, one, atOnce)).toEqual(expected)
        expect(await live(store, opened.project_id, other, !atOnce)).toEqual(expected)
      }),
      { numRuns: RUNS, seed: SEED },
    )
    console.info(`STATUS_SEED=${SEED}: ${sends} messages`)
  },
  RUNS * 200 + 60_000,
)
