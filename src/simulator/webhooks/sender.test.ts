import { expect, test } from 'vitest'
import { startTestSimulator, testWorld } from '../testing/test-simulator.ts'

const MINUTE = 60_000

type Entry = { status: string; attempts: { answered?: number; error?: string }[]; field: string; summary: string }
const log = async (simulator: {
  control: Awaited<ReturnType<typeof startTestSimulator>>['control']
}): Promise<Entry[]> => (await simulator.control('GET', '/webhooks')).body.data

test('only 200 acknowledges; the same bytes come again at once, and a minute later', async () => {
  await using simulator = await startTestSimulator({ answers: [500, 204] })
  await simulator.customerSays('Hello')
  await simulator.receiver.waitFor(1)
  await settle(simulator, 1)
  await simulator.clock.advance(0)
  await simulator.receiver.waitFor(2)
  await settle(simulator, 2)
  await simulator.clock.advance(MINUTE - 1)
  expect(simulator.receiver.deliveries).toHaveLength(2)
  await simulator.clock.advance(1)
  const deliveries = await simulator.receiver.waitFor(3)
  await settle(simulator, 3)
  expect(new Set(deliveries.map(({ raw }) => raw)).size).toBe(1)
  expect(deliveries.every(({ validSignatures }) => validSignatures[0] && validSignatures[1])).toBe(true)
  expect(await log(simulator)).toMatchObject([
    { status: 'delivered', field: 'messages', attempts: [{ answered: 500 }, { answered: 204 }, { answered: 200 }] },
  ])
})

test('a receiver that is down is given up after seven days, and the simulator lives on', async () => {
  await using simulator = await startTestSimulator()
  await simulator.receiver.close()
  await simulator.customerSays('Hello')
  await simulator.control('POST', '/clock/advance', { ms: 8 * 24 * 60 * MINUTE })
  const [entry] = await log(simulator)
  expect(entry).toMatchObject({ status: 'given_up' })
  expect(entry?.attempts.length).toBeGreaterThan(7)
  expect(entry?.attempts[0]?.error).toBeTruthy()
})

test('without a callback webhooks are only logged, newest first, and never more than a thousand', async () => {
  const world = testWorld()
  await using simulator = await startTestSimulator({ world, callback: false })
  for (let count = 0; count < 1005; count += 1) await simulator.customerSays(`Hello ${count}`)
  const entries = await log(simulator)
  expect(entries).toHaveLength(1000)
  expect(entries[0]).toMatchObject({ status: 'not_sent', attempts: [] })
  expect(JSON.stringify(entries[0])).toContain('Hello 1004')
  expect(simulator.receiver.deliveries).toEqual([])
})

/** Resolves once the log shows this many attempts of the newest webhook. */
async function settle(simulator: Parameters<typeof log>[0], attempts: number): Promise<void> {
  for (let turns = 0; turns < 400; turns += 1) {
    if (((await log(simulator))[0]?.attempts.length ?? 0) >= attempts) return
  }
  throw new Error(`There were never ${attempts} attempts.`)
}
