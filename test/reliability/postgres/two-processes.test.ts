import { expect, test } from 'vitest'
import { keyedClients, sendKeyed } from '../../support/keyed-clients.ts'
import { type Judged, startJudged } from '../../support/start-judged.ts'

/** RELIABILITY=full kills and holds up as the goal says. */
const FULL = process.env.RELIABILITY === 'full'
const KILLS = FULL ? 100 : 8
const HELD_UP_MS = FULL ? 60_000 : 6_000

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function judge(judged: Judged, clients: ReturnType<typeof keyedClients>): Promise<void> {
  await clients.stop()
  // Whoever has ended is known to have after three seconds at most.
  await soon(4_000)
  await judged.tellAll()
  const phones = await judged.phones()
  expect(clients.refused).toEqual([])
  expect(phones.filter((mark, index) => phones.indexOf(mark) !== index)).toEqual([])
  const seen = new Set(phones)
  expect([...clients.accepted.keys()].filter((mark) => !seen.has(mark))).toEqual([])
  for (const [mark, client] of clients.doubtful) {
    expect([mark, (await sendKeyed(judged, mark, client))?.status]).toEqual([mark, seen.has(mark) ? 200 : 409])
  }
}

test('R17: two processes on one database, one of them killed again and again: none lost, none doubled', async () => {
  await using judged = await startJudged({ gateways: 2 })
  await judged.control('POST', '/rules', { effect: 'slow', with: { ms: 15 }, match: { path: '/messages' } })
  await Promise.all([judged.start(0), judged.start(1)])
  const clients = keyedClients(judged, { gateways: 2 })
  for (let kill = 0; kill < KILLS; kill += 1) {
    await soon(300 + 700 * Math.random())
    await judged.kill(kill % 2)
    await judged.start(kill % 2)
  }
  await judge(judged, clients)
  await Promise.all([judged.kill(0), judged.kill(1)])
  const states = await judged.states()
  console.log(`R17: ${KILLS} kills, ${clients.accepted.size} accepted, ${JSON.stringify(states)}`)
  expect(clients.accepted.size).toBeGreaterThan(KILLS * 10)
  expect(states.intent ?? 0).toBe(0)
}, 1_800_000)

test('R17: a process that is held up and goes on later has been taken for ended, and doubles nothing', async () => {
  await using judged = await startJudged({ gateways: 2 })
  await judged.control('POST', '/rules', { effect: 'slow', with: { ms: 15 }, match: { path: '/messages' } })
  await Promise.all([judged.start(0), judged.start(1)])
  const clients = keyedClients(judged, { gateways: 2 })
  await soon(500)
  judged.process(1)?.kill('SIGSTOP')
  await soon(HELD_UP_MS / 2)
  const before = clients.accepted.size
  await soon(HELD_UP_MS / 2)
  // The other one goes on, whatever its neighbour was at.
  expect(clients.accepted.size).toBeGreaterThan(before)
  judged.process(1)?.kill('SIGCONT')
  await soon(2_000)
  for (const client of [0, 1]) expect((await sendKeyed(judged, `after-${client}`, client, 1))?.status).toBe(200)
  await judge(judged, clients)
  console.log(
    `R17: held up ${HELD_UP_MS} ms, ${clients.accepted.size} accepted, ${clients.doubtful.size} were in doubt`,
  )
}, 1_800_000)
