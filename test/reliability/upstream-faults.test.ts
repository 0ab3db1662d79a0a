import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectNumber } from '../../src/access/connect-number.ts'
import { startFaultServer, writeTaken } from '../support/fault-server.ts'
import { mixRequests, seeded } from '../support/mix-requests.ts'
import { quickClock } from '../support/quick-clock.ts'
import { ACCOUNT, NUMBER, startGateway, type TestAnswer } from '../support/start-gateway.ts'
import { QUICKER, upstreamFaults } from '../support/upstream-faults.ts'

/** Of each fault; one request in ten is a faulty one, the others go to a number that has no trouble. */
const REQUESTS = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 10)
const SEED = Number(process.env.FAIRLEAD_TEST_SEED ?? 1)
const OTHER_NUMBER = '106540352242933'
/** The deadline of 35 s and one more second, by the quick clock; what the machine adds is not the gateway's. */
const IN_TIME = 36_000 / QUICKER + 500

const upstream = await startFaultServer({
  answer(socket, request) {
    const fault = upstreamFaults[Number(/^mark--fault(\d+)-/.exec(request.mark ?? '')?.[1] ?? -1)]
    if (fault) fault.answer(socket, request)
    else writeTaken(socket, request)
  },
})
const gateway = await startGateway({ graphUrl: upstream.url, clock: quickClock(QUICKER) })
const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
const good: number[] = []

beforeAll(async () => {
  process.on('unhandledRejection', note)
  const number = await gateway.context.numbers.byPhoneNumberId(NUMBER)
  await connectNumber(gateway.context, number?.project_id ?? 0, {
    name: 'Other',
    phone_number_id: OTHER_NUMBER,
    business_account_id: ACCOUNT,
    access_token: 'other',
    kind: 'production',
    inbound_processing_enabled: true,
    calls_enabled: false,
    simulated: false,
  })
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
  process.off('unhandledRejection', note)
})

type Sent = { answer: TestAnswer; ms: number; mark: string; to: string }

let recipients = 0

async function send(phone_number_id: string, mark: string): Promise<Sent> {
  recipients += 1
  const to = `1555${String(recipients).padStart(7, '0')}`
  const started = performance.now()
  const answer = await gateway.call('POST', `${gateway.meta}/${phone_number_id}/messages`, {
    messaging_product: 'whatsapp',
    to,
    type: 'text',
    text: { body: mark },
  })
  return { answer, ms: performance.now() - started, mark, to }
}

/** What the store says became of a send. */
async function stateOf({ to }: Sent): Promise<string[]> {
  const { db } = gateway.context.store
  const rows = await db.query.selectFrom('sends').select('state').where('recipient', '=', to).execute()
  return rows.map(({ state }) => state)
}

test.each(upstreamFaults.map((fault, index) => ({ ...fault, index })))('$fault: $title', async (fault) => {
  const faulty = Array.from({ length: REQUESTS }, (_, n) => `mark--fault${fault.index}-send${n}`)
  const others = Array.from({ length: REQUESTS * 9 }, (_, n) => `mark--good${fault.index}-${n}`)
  const sent = await mixRequests(
    [...faulty.map((mark) => () => send(NUMBER, mark)), ...others.map((mark) => () => send(OTHER_NUMBER, mark))],
    seeded(SEED + fault.index),
  )

  for (const one of sent.slice(0, REQUESTS)) {
    expect(summary(one.answer)).toEqual(fault.send)
    if (fault.body) expect(one.answer.text).toBe(fault.body)
    if (fault.send.body === 'same' && fault.send.status >= 400) {
      expect(one.answer.headers.get('x-fb-trace-id')).toBe('Trace')
      expect(one.answer.headers.get('retry-after')).toBe(fault.fault === 16 ? '7' : null)
    }
    expect(one.ms).toBeLessThan(IN_TIME)
    expect(await stateOf(one)).toEqual([fault.send.outcome])
    expect(upstream.times(one.mark)).toBe(1)
  }
  for (const one of sent.slice(REQUESTS)) {
    expect([one.answer.status, one.answer.json.messages]).toEqual([200, [{ id: `wamid.${one.mark}` }]])
    expect(upstream.times(one.mark)).toBe(1)
    good.push(one.ms)
  }
})

function summary({ status, headers, json }: TestAnswer) {
  const ours = json.code === 'outcome_in_doubt' ? 'outcome_in_doubt' : 'same'
  return { status, body: ours, outcome: headers.get('fairlead-outcome') }
}

test.each(upstreamFaults.map((fault, index) => ({ ...fault, index })))('a read: $title', async (fault) => {
  const marks = Array.from({ length: REQUESTS }, (_, n) => `mark--fault${fault.index}-read${n}`)
  await Promise.all(
    marks.map(async (mark) => {
      const started = performance.now()
      const answer = await fetch(`${gateway.meta}/${ACCOUNT}/message_templates?name=${mark}`, {
        headers: { 'x-api-key': gateway.api_key },
      })
      const text = await answer.text()
      expect(answer.status).toBe(fault.read.status)
      expect(performance.now() - started).toBeLessThan(IN_TIME)
      expect(answer.headers.get('fairlead-outcome')).toBeNull()
      if (text === '{"error":"Meta API request failed"}') expect(answer.headers.get('retry-after')).toBe('1')
      expect(upstream.times(mark)).toBe(fault.read.tries)
    }),
  )
})

test('nothing was followed, nothing was left unhandled, no connection stays behind', async () => {
  expect(upstream.arrived.filter(({ path }) => path === '/elsewhere')).toEqual([])
  expect(unhandled).toEqual([])
  await expect.poll(() => upstream.open.size, { timeout: 10_000 }).toBeLessThanOrEqual(5)
  good.sort((a, b) => a - b)
  const at = (share: number) => `${good[Math.floor(good.length * share)]?.toFixed(0)} ms`
  console.info(
    `${upstreamFaults.length} faults; ${good.length} good sends beside them: p50 ${at(0.5)}, p99 ${at(0.99)}`,
  )
})
