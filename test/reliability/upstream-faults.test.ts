import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startFaultServer, writeTaken } from '../support/fault-server.ts'
import { faultTable } from '../support/fault-table.ts'
import { mixRequests, seeded } from '../support/mix-requests.ts'
import { quickClock } from '../support/quick-clock.ts'
import { connectOtherNumber, markedSends, OTHER_NUMBER, readOff } from '../support/send-marked.ts'
import { ACCOUNT, NUMBER, startGateway } from '../support/start-gateway.ts'
import { QUICKER, upstreamFaults } from '../support/upstream-faults.ts'

/** Of each fault; one request in ten is a faulty one, the others go to a number that has no trouble. */
const REQUESTS = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 10)
const SEED = Number(process.env.FAIRLEAD_TEST_SEED ?? 1)
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
const { send, states } = markedSends(gateway)
const faults = upstreamFaults.map((fault, index) => ({ ...fault, index }))
const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
const good: number[] = []
let openAtFirst = 0

/** Files and sockets that this process has open, but for what the clients of this test keep alive. Linux tells. */
function openNow(): number {
  if (process.platform !== 'linux') return 0
  const port = Number(new URL(gateway.url).port).toString(16).toUpperCase().padStart(4, '0')
  const established = readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .filter((line) => / 01 /.test(line))
  return readdirSync('/proc/self/fd').length - established.filter((line) => line.includes(`:${port} `)).length
}
const idle = () => vi.waitFor(() => expect(upstream.open.size).toBeLessThanOrEqual(5), { timeout: 10_000 })

beforeAll(async () => {
  process.on('unhandledRejection', note)
  await connectOtherNumber(gateway)
  const warmUp = Array.from({ length: 64 }, (_, n) => () => send(OTHER_NUMBER, `mark--warm-${n}`))
  await mixRequests(warmUp, seeded(SEED))
  await idle()
  openAtFirst = openNow()
})

afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
  process.off('unhandledRejection', note)
})

test.each(faults)('a send: $title', async (fault) => {
  const faulty = Array.from({ length: REQUESTS }, (_, n) => `mark--fault${fault.index}-send${n}`)
  const others = Array.from({ length: REQUESTS * 9 }, (_, n) => `mark--good${fault.index}-${n}`)
  const sent = await mixRequests(
    [...faulty.map((mark) => () => send(NUMBER, mark)), ...others.map((mark) => () => send(OTHER_NUMBER, mark))],
    seeded(SEED + fault.index),
  )

  const { status, body, outcome } = fault.send
  const code = body === 'same' ? null : body
  for (const { answer, ms, mark, to } of sent.slice(0, REQUESTS)) {
    expect(readOff(answer)).toEqual({ status, code, outcome, retryAfter: fault.fault === 16 ? '7' : null })
    expect(await states(to)).toEqual([outcome])
    expect(upstream.times(mark)).toBe(1)
    expect(ms).toBeLessThan(IN_TIME)
    if (fault.body === undefined) continue
    expect(answer.text).toBe(fault.body)
    expect(answer.headers.get('x-fb-trace-id')).toBe('Trace')
  }
  for (const { answer, ms, mark } of sent.slice(REQUESTS)) {
    expect([answer.status, answer.json.messages]).toEqual([200, [{ id: `wamid.${mark}` }]])
    expect(upstream.times(mark)).toBe(1)
    good.push(ms)
  }
})

test.each(faults)('a read: $title', async (fault) => {
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

test('nothing was followed, nothing was left unhandled, nothing stays open', async () => {
  expect(upstream.arrived.filter(({ path }) => path === '/elsewhere')).toEqual([])
  expect(unhandled).toEqual([])
  await idle()
  await vi.waitFor(() => expect(openNow()).toBeLessThanOrEqual(openAtFirst + 5), { timeout: 10_000 })
  good.sort((a, b) => a - b)
  const at = (share: number) => `${good[Math.floor(good.length * share)]?.toFixed(0)} ms`
  console.info(`${faults.length} faults; ${good.length} good sends beside them: p50 ${at(0.5)}, p99 ${at(0.99)}`)
})

test('docs/reliability.md has the table that is tested here', () => {
  expect(readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8')).toContain(faultTable())
})
