import { expect, test } from 'vitest'
import { keyedClients, sendKeyed } from '../support/keyed-clients.ts'
import { type SentText, sendTexts } from '../support/send-texts.ts'
import { startForwarder } from '../support/start-forwarder.ts'
import { NUMBER } from '../support/start-gateway.ts'
import { customerOf, type Judged, startJudged } from '../support/start-judged.ts'

/** RELIABILITY=full lets Meta go away more often. */
const TIMES = process.env.RELIABILITY === 'full' ? 30 : 3

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

type Forwarder = Awaited<ReturnType<typeof startForwarder>>

/** A gateway that reaches Meta through something that can be taken away. */
async function startRemote() {
  const forwarder = await startForwarder()
  const judged = await startJudged({ env: { FAIRLEAD_GRAPH_URL: forwarder.url } })
  forwarder.to(judged.graphUrl)
  await judged.control('POST', '/rules', { effect: 'slow', with: { ms: 15 }, match: { path: '/messages' } })
  await judged.start()
  return {
    forwarder,
    judged,
    async [Symbol.asyncDispose]() {
      await judged[Symbol.asyncDispose]()
      await forwarder[Symbol.asyncDispose]()
    },
  }
}

/** Meta is away: from one moment on the performance clock until another. */
type Absence = { from: number; until: number }

/** Meta goes away in the middle of everything, in one way after another, and comes back a second later. */
async function goAwayAgainAndAgain(forwarder: Forwarder): Promise<Absence[]> {
  const absences: Absence[] = []
  for (let time = 0; time < TIMES; time += 1) {
    await soon(1_500 + 700 * Math.random())
    const from = performance.now()
    if (time % 3 === 2) {
      forwarder.hush()
      await soon(300)
    }
    await forwarder.goAway(time % 3 === 1 ? 'end' : 'reset')
    await soon(1_000)
    await forwarder.comeBack()
    absences.push({ from, until: performance.now() })
  }
  await soon(3_000)
  return absences
}

type Told = Pick<SentText, 'status' | 'code' | 'retryAfter'>

/** What docs/reliability.md says of a Meta that cannot be reached, or is lost on the way. */
const isDocumented = ({ status, code, retryAfter }: Told) =>
  status === 200 ||
  (status === 502 && code === 'not_sent' && retryAfter === '1') ||
  ((status === 502 || status === 504) && code === 'outcome_in_doubt')

/** Within two seconds of its return every send is taken again. */
function expectSoonWell(absences: Absence[], sent: Array<{ status: number | null; began: number }>): void {
  for (const [index, { until }] of absences.entries()) {
    const next = absences[index + 1]?.from ?? Number.POSITIVE_INFINITY
    // Those that are under way when Meta goes away the next time are that time's.
    const after = sent.filter(({ began }) => began > until + 2_000 && began < next - 1_000)
    expect(after.filter(({ status }) => status !== 200)).toEqual([])
    expect(sent.some(({ began, status }) => began > until && began < until + 2_000 && status === 200)).toBe(true)
  }
}

/** What the store says was accepted is what the phones show, and nothing is on its way. */
async function expectRecordedIsSeen(judged: Judged, phones: string[]): Promise<Record<string, number>> {
  expect(judged.process()?.exitCode).toBeNull()
  await judged.kill()
  const states = await judged.states()
  expect(states.accepted).toBe(phones.length)
  expect(states.intent ?? 0).toBe(0)
  return states
}

const doubled = (marks: string[]) => marks.filter((mark, index) => marks.indexOf(mark) !== index)

test('Meta goes away under clients with keys: documented answers, nothing lost or doubled, well again without a restart', async () => {
  await using remote = await startRemote()
  const { judged, forwarder } = remote
  const clients = keyedClients(judged)
  const absences = await goAwayAgainAndAgain(forwarder)
  await clients.stop()
  expect(clients.answers.filter((answer) => !isDocumented(answer))).toEqual([])
  expect(clients.refused).toEqual([])
  expect(new Set(clients.answers.map(({ code }) => code))).toEqual(new Set([undefined, 'not_sent', 'outcome_in_doubt']))
  expectSoonWell(absences, clients.answers)

  await judged.tellAll()
  const phones = await judged.phones()
  const seen = new Set(phones)
  expect(doubled(phones)).toEqual([])
  expect([...clients.accepted.keys()].filter((mark) => !seen.has(mark))).toEqual([])
  for (const [mark, client] of clients.doubtful) {
    expect([mark, (await sendKeyed(judged, mark, client))?.status]).toEqual([mark, seen.has(mark) ? 200 : 409])
  }
  const states = await expectRecordedIsSeen(judged, phones)
  console.log(
    `Meta away ${TIMES} times, with keys: ${clients.accepted.size} accepted, ${phones.length} on phones, ` +
      `${clients.doubtful.size} were in doubt, ${JSON.stringify(states)}`,
  )
}, 600_000)

test('Meta goes away under clients without keys: documented answers, nothing lost or doubled, well again without a restart', async () => {
  await using remote = await startRemote()
  const { judged, forwarder } = remote
  const load = sendTexts({ urls: [{ url: judged.url(), key: judged.key }], number: NUMBER, to: customerOf })
  const absences = await goAwayAgainAndAgain(forwarder)
  const sent = await load.stop()
  expect(sent.filter((answer) => !isDocumented(answer))).toEqual([])
  expect(new Set(sent.map(({ code }) => code))).toEqual(new Set([undefined, 'not_sent', 'outcome_in_doubt']))
  expectSoonWell(absences, sent)

  await judged.tellAll()
  const phones = await judged.phones()
  const seen = new Set(phones)
  expect(doubled(phones)).toEqual([])
  const accepted = sent.filter(({ status }) => status === 200).map(({ mark }) => mark)
  expect(accepted.filter((mark) => !seen.has(mark))).toEqual([])
  // What could not be sent is on no phone.
  expect(sent.filter(({ code, mark }) => code === 'not_sent' && seen.has(mark))).toEqual([])
  const states = await expectRecordedIsSeen(judged, phones)
  console.log(
    `Meta away ${TIMES} times, without keys: ${accepted.length} accepted, ${phones.length} on phones, ` +
      `${sent.filter(({ code }) => code === 'outcome_in_doubt').length} were in doubt, ${JSON.stringify(states)}`,
  )
}, 600_000)
