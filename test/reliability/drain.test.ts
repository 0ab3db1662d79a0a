import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { openStore } from '../../src/store/open.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { engineSettings } from '../support/engine.ts'
import { ask, keepAliveClients, type Seen } from '../support/keep-alive-clients.ts'
import { NUMBER } from '../support/start-gateway.ts'
import { startGatewayProcess } from '../support/start-gateway-process.ts'
import { eventually } from '../support/start-pair.ts'

type Graph = Awaited<ReturnType<typeof startCapturingGraph>>

const CLIENTS = 16
const TERMS = 10
const TWICE = 2
const HANGS = 2

const newFolder = () => mkdtempSync(join(tmpdir(), 'fairlead-drain-'))

async function signalled(child: Awaited<ReturnType<typeof startGatewayProcess>>['child'], signal: NodeJS.Signals) {
  const started = performance.now()
  const ended = once(child, 'exit').then(([code]) => ({ code, ms: performance.now() - started }))
  child.kill(signal)
  return ended
}

/** How many sends are in which state, read from the store that a process left behind. */
async function statesIn(dataDir: string): Promise<Record<string, number>> {
  const { DATABASE_URL = null } = await engineSettings(dataDir)
  const store = await openStore({
    dataDir,
    databaseUrl: DATABASE_URL,
    clock: systemClock,
    random: () => Buffer.alloc(0),
  })
  const rows = await store.db.query
    .selectFrom('sends')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  await store.close()
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
}

const sentTo = (graph: Graph) =>
  graph.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(`${body}`).text.body as string)

/**
 * Nothing reset, nothing unanswered, nothing sent twice; whoever got 503 was told to go and sent nothing. A connection
 * may be refused when the process has ended: nothing was begun on it.
 */
function expectOrderly(seen: Seen[], graph: Graph): void {
  expect(seen.filter(({ error }) => error !== null && error !== 'ECONNREFUSED')).toEqual([])
  for (const { status, connection } of seen.filter(({ status }) => status === 503)) {
    expect([status, connection]).toEqual([503, 'close'])
  }
  const marks = sentTo(graph)
  expect(new Set(marks).size).toBe(marks.length)
  for (const { mark, status } of seen) {
    expect([mark, marks.includes(mark)]).toEqual([mark, status !== 503 && status !== null])
  }
}

/** An upload that keeps its rate up for as long as it is listened to. Gives what was answered. */
async function dripUpload(url: string, key: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    answer += chunk
  })
  const head = [
    `POST /meta/whatsapp/v24.0/${NUMBER}/media HTTP/1.1`,
    'host: gateway',
    `x-api-key: ${key}`,
    'content-type: multipart/form-data; boundary=b',
    'content-length: 50000000',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n`)
  while (socket.writable && answer === '') {
    socket.write('x'.repeat(10_000))
    await delay(200)
  }
  return answer
}

test(`${TERMS} SIGTERMs under load: every request is answered, nothing is reset, nothing stays undecided`, async () => {
  for (let round = 0; round < TERMS; round += 1) {
    await using graph = await startCapturingGraph()
    graph.answers(async (request) => {
      await delay(5 + ((round * 7) % 40))
      return graph.accept(request)
    })
    const dataDir = newFolder()
    const { child, url, key } = await startGatewayProcess(graph.url, dataDir)
    const { seen, done } = keepAliveClients({ url, key }, { number: NUMBER, clients: CLIENTS, name: `r${round}` })
    await eventually(async () => seen.length >= 40)
    await delay(round * 13)
    const { code, ms } = await signalled(child, 'SIGTERM')
    await done
    expectOrderly(seen, graph)
    expect([code, ms < 10_000]).toEqual([0, true])
    const accepted = seen.filter(({ status }) => status === 200).length
    expect(await statesIn(dataDir)).toEqual({ accepted })
    rmSync(dataDir, { recursive: true, force: true })
  }
}, 120_000)

test(`a second signal, ${TWICE} times: what waits for Meta is in doubt and told so at once`, async () => {
  for (const second of ['SIGTERM', 'SIGINT'] as const) {
    await using graph = await startCapturingGraph()
    let slow = false
    graph.answers(async (request) => {
      await delay(slow ? 8_000 : 5)
      return graph.accept(request)
    })
    const dataDir = newFolder()
    const { child, url, key } = await startGatewayProcess(graph.url, dataDir)
    const { seen, done } = keepAliveClients({ url, key }, { number: NUMBER, clients: CLIENTS, name: second })
    await eventually(async () => seen.length >= 40)
    slow = true
    await delay(300)
    const ended = signalled(child, 'SIGTERM')
    await delay(300)
    child.kill(second)
    const { code, ms } = await ended
    await done
    expectOrderly(seen, graph)
    expect([code, ms < 5_000]).toEqual([0, true])
    const doubted = seen.filter(({ status }) => status === 504)
    expect(doubted.length).toBe(CLIENTS)
    for (const { outcome } of doubted) expect(outcome).toBe('in_doubt')
    expect(await statesIn(dataDir)).toEqual({ accepted: seen.length - CLIENTS, in_doubt: CLIENTS })
    rmSync(dataDir, { recursive: true, force: true })
  }
}, 120_000)

test(`an upstream that hangs, ${HANGS} times: in doubt within 30 s, clients told, those in line refused at once`, async () => {
  await Promise.all(
    Array.from({ length: HANGS }, async (_, round) => {
      await using graph = await startCapturingGraph()
      graph.answers((request) => (request.method === 'POST' ? new Promise(() => {}) : graph.accept(request)))
      const dataDir = newFolder()
      const { child, url, key } = await startGatewayProcess(graph.url, dataDir)
      const { seen, done } = keepAliveClients({ url, key }, { number: NUMBER, clients: CLIENTS, name: `h${round}` })
      await eventually(async () => sentTo(graph).length === CLIENTS)
      const agent = new Agent({ keepAlive: true })
      const target = `${url}/meta/whatsapp/v24.0/${NUMBER}/messages`
      const text = (to: string) => JSON.stringify({ to, type: 'text', text: { body: 'behind' } })
      const inLine = ask(agent, target, { headers: { 'x-api-key': key }, body: text('15552000000') })
      const upload = dripUpload(url, key)
      await delay(500)
      const ended = signalled(child, 'SIGTERM')
      const refused = await inLine
      expect([refused.status, refused.connection, refused.error]).toEqual([503, 'close', null])
      const ready = await ask(agent, `${url}/health/ready`, { method: 'GET' })
      const live = await ask(agent, `${url}/health/live`, { method: 'GET' })
      // A body of some size: its client must not meet a closed connection while it is still writing.
      const late = await ask(agent, target, { headers: { 'x-api-key': key }, body: 'x'.repeat(8_000_000) })
      expect([ready.status, live.status, late.status]).toEqual([503, 200, 503])
      expect([ready.connection, live.connection, late.connection]).toEqual(['close', 'close', 'close'])

      const { code, ms } = await ended
      await done
      expectOrderly(seen, graph)
      expect([code, ms < 30_000]).toEqual([0, true])
      expect(seen.map(({ status, outcome }) => `${status} ${outcome}`)).toEqual(Array(CLIENTS).fill('504 in_doubt'))
      expect(await statesIn(dataDir)).toEqual({ in_doubt: CLIENTS })
      // An upload that still comes in at its rate when patience is over.
      expect(await upload).toMatch(/^HTTP\/1\.1 503 [\s\S]*connection: close/)
      agent.destroy()
      rmSync(dataDir, { recursive: true, force: true })
    }),
  )
}, 120_000)

test('a send whose client has hung up is brought to its end before the process ends', async () => {
  await using graph = await startCapturingGraph()
  graph.answers(async (request) => {
    if (request.method === 'POST') await delay(1_500)
    return graph.accept(request)
  })
  const dataDir = newFolder()
  const { child, url, key } = await startGatewayProcess(graph.url, dataDir)
  const agent = new Agent()
  const body = JSON.stringify({ to: '15551234567', type: 'text', text: { body: 'nobody listens' } })
  const headers = { 'x-api-key': key }
  const lost = ask(agent, `${url}/meta/whatsapp/v24.0/${NUMBER}/messages`, { headers, body })
  await eventually(async () => sentTo(graph).length === 1)
  agent.destroy()
  expect((await lost).error).toBe('ECONNRESET')
  expect((await signalled(child, 'SIGTERM')).code).toBe(0)
  expect(await statesIn(dataDir)).toEqual({ accepted: 1 })
  rmSync(dataDir, { recursive: true, force: true })
})

test('a body that is still arriving at the signal is taken in, sent and answered', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = newFolder()
  const { child, url, key } = await startGatewayProcess(graph.url, dataDir)
  const body = JSON.stringify({ to: '15551234567', type: 'text', text: { body: 'in two pieces' } })
  const head = [
    `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1`,
    'host: gateway',
    `x-api-key: ${key}`,
    `content-length: ${body.length}`,
  ]
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`)
  await delay(300)
  const ended = signalled(child, 'SIGTERM')
  // Longer than connections are kept open for what may be on its way.
  await delay(1_500)
  socket.write(body.slice(10))
  await once(socket, 'close')
  expect(answer).toContain('HTTP/1.1 200')
  expect(answer).toContain('connection: close')
  expect((await ended).code).toBe(0)
  expect(sentTo(graph)).toEqual(['in two pieces'])
  expect(await statesIn(dataDir)).toEqual({ accepted: 1 })
  rmSync(dataDir, { recursive: true, force: true })
})
