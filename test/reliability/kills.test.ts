import { expect, test } from 'vitest'
import { keyedClients, sendKeyed } from '../support/keyed-clients.ts'
import { CLIENTS, type Judged, startJudged } from '../support/start-judged.ts'

/** RELIABILITY=full kills as often as the goal says. */
const FULL = process.env.RELIABILITY === 'full'

/** The gateway is killed again and again under load, each time after a moment that nobody can foresee. */
async function killAgainAndAgain(judged: Judged, kills: number): Promise<ReturnType<typeof keyedClients>> {
  await judged.start()
  const clients = keyedClients(judged)
  for (let kill = 0; kill < kills; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300 + 700 * Math.random()))
    await judged.kill()
    await judged.start()
  }
  await clients.stop()
  return clients
}

/** Within two seconds of the last start every key has its last word, or says that nobody knows. */
async function askAgain(judged: Judged, doubtful: Map<string, number>) {
  const answers = new Map<string, Awaited<ReturnType<typeof sendKeyed>>>()
  for (const [mark, client] of doubtful) answers.set(mark, await sendKeyed(judged, mark, client))
  return answers
}

test('R1: kills under load lose no accepted send, double none, and leave none undecided', async () => {
  const kills = FULL ? 200 : 20
  await using judged = await startJudged()
  await judged.control('POST', '/rules', { effect: 'slow', with: { ms: 15 }, match: { path: '/messages' } })
  const clients = await killAgainAndAgain(judged, kills)
  await new Promise((resolve) => setTimeout(resolve, 2_000))
  for (const answer of (await askAgain(judged, clients.doubtful)).values()) {
    expect(answer?.status === 200 || answer?.code === 'outcome_in_doubt').toBe(true)
  }
  await judged.tellAll()
  const phones = await judged.phones()
  expect(clients.refused).toEqual([])
  expect(clients.accepted.size).toBeGreaterThan(kills * 10)
  expect(new Set(phones).size).toBe(phones.length)
  const seen = new Set(phones)
  expect([...clients.accepted.keys()].filter((mark) => !seen.has(mark))).toEqual([])

  // Every status has been told by now: what is still in doubt never reached Meta.
  let open = 0
  for (const [mark, answer] of await askAgain(judged, clients.doubtful)) {
    expect([mark, answer?.status]).toEqual([mark, seen.has(mark) ? 200 : 409])
    if (!seen.has(mark)) open += 1
  }
  await judged.kill()
  const states = await judged.states()
  console.log(
    `R1: ${kills} kills, ${clients.accepted.size} accepted, ${phones.length} on phones, ` +
      `${clients.doubtful.size} were in doubt, ${open} for good`,
  )
  expect(states.intent ?? 0).toBe(0)
  expect((states.in_doubt ?? 0) + (states.unresolved ?? 0)).toBe(open)
  expect(open).toBeLessThanOrEqual(kills * CLIENTS)
}, 1_200_000)

test.each([
  ['our id switched off', { trace_sends: false }, null],
  ['late statuses', {}, { effect: 'late_statuses', with: { ms: 5_000 } }],
  ['statuses that never come', {}, { effect: 'skip_status', with: { status: 'all' }, chance: 0.5 }],
])(
  'R1 with %s: more may stay in doubt, none is doubled or lost',
  async (_name, switches, rule) => {
    const kills = FULL ? 50 : 3
    await using judged = await startJudged({ switches })
    await judged.control('POST', '/rules', { effect: 'slow', with: { ms: 15 }, match: { path: '/messages' } })
    if (rule) await judged.control('POST', '/rules', rule)
    const clients = await killAgainAndAgain(judged, kills)
    await judged.tellAll()
    const phones = await judged.phones()
    const seen = new Set(phones)
    expect(clients.refused).toEqual([])
    expect(seen.size).toBe(phones.length)
    expect([...clients.accepted.keys()].filter((mark) => !seen.has(mark))).toEqual([])
    const answers = await askAgain(judged, clients.doubtful)
    const open = [...answers.values()].filter((answer) => answer?.code === 'outcome_in_doubt').length
    expect([...answers.values()].every((answer) => answer?.status === 200 || answer?.status === 409)).toBe(true)
    await judged.kill()
    const states = await judged.states()
    expect(states.intent ?? 0).toBe(0)
    expect((states.in_doubt ?? 0) + (states.unresolved ?? 0)).toBe(open)
  },
  600_000,
)
