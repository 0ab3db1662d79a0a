import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createMetaApps } from '../../src/access/meta-apps.ts'
import { buildApp } from '../../src/app.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway, type TestGateway } from '../support/start-gateway.ts'

/** Limits that are met within a second. */
const SHORT = { headersMs: 400, bodyMs: 500, stuckMs: 400, checkMs: 50 }

const TEXT = JSON.stringify({ to: '15551234567', type: 'text', text: { body: 'Hello' } })

/** A bare socket to the gateway, what it has said so far, and when it was closed. */
function open(gateway: TestGateway) {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  const opened = performance.now()
  const seen = { answer: '', closedAfter: Number.NaN }
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    seen.answer += chunk.toString('latin1')
  })
  const closed = once(socket, 'close').then(() => {
    seen.closedAfter = performance.now() - opened
  })
  return { socket, seen, closed }
}

const head = (gateway: TestGateway, path: string, ...headers: string[]) =>
  [
    `POST /meta/whatsapp/v24.0/${NUMBER}${path} HTTP/1.1`,
    'Host: gateway',
    `X-API-Key: ${gateway.api_key}`,
    ...headers,
    '\r\n',
  ].join('\r\n')

/** Writes `bytes` again and again until the socket is closed or it was done `times` often. */
async function drip(socket: Socket, bytes: string, everyMs: number, times = 200): Promise<void> {
  for (let turn = 0; turn < times && socket.writable; turn += 1) {
    socket.write(bytes)
    await delay(everyMs)
  }
}

test('the limits of a gateway that was told nothing else', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const { context } = gateway
  const app = buildApp(context, createMetaApps({ ...context.store, ...context }))
  expect(app.server).toMatchObject({
    headersTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 72_000,
    timeout: 12_000,
    // Bodies are ended by their rate, which Node has no limit for.
    requestTimeout: 0,
    maxHeaderSize: 16 * 1024,
    insecureHTTPParser: false,
  })
  expect(context.config.connectionsPerAddress).toBe(200)
  await app.close()
})

test('a head that drips, or never comes, is ended with 408', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, limits: { ...SHORT, stuckMs: 2_000 } })
  const loris = open(gateway)
  const silent = open(gateway)
  loris.socket.write(`GET /health/live HTTP/1.1\r\nHost: gateway\r\n`)
  await drip(loris.socket, 'X-A: b\r\n', 50)
  await Promise.all([loris.closed, silent.closed])
  for (const { seen } of [loris, silent]) {
    expect(seen.answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close\r\n\r\n\{"error":/)
    expect(seen.closedAfter).toBeLessThan(3_000)
  }
})

test('a body that drips is ended with 408, and nothing goes up', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, limits: SHORT })
  graph.requests.length = 0
  const { socket, seen, closed } = open(gateway)
  socket.write(head(gateway, '/messages', `Content-Length: ${TEXT.length}`))
  await drip(socket, '{', 50, 40)
  await closed
  expect(seen.answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*connection: close[\s\S]*\{"error":/i)
  expect(seen.closedAfter).toBeLessThan(2_000)
  expect(graph.requests).toEqual([])
})

test('an upload may take long as long as it keeps up its rate; one that drips is ended', async () => {
  await using graph = await startCapturingGraph()
  graph.answers({ body: { id: '1234567' } })
  await using gateway = await startGateway({
    graphUrl: graph.url,
    limits: { ...SHORT, uploadBytesPerSecond: 8 * 1024 },
  })
  graph.requests.length = 0
  const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: image/png\r\n\r\n'
  const end = '\r\n--b--\r\n'
  const upload = (size: number) =>
    head(
      gateway,
      '/media',
      'Content-Type: multipart/form-data; boundary=b',
      `Content-Length: ${part.length + size + end.length}`,
    ) + part
  const steady = open(gateway)
  const dripping = open(gateway)
  steady.socket.write(upload(60 * 1024))
  dripping.socket.write(upload(60 * 1024))
  await Promise.all([
    drip(steady.socket, 'x'.repeat(2 * 1024), 50, 30).then(() => steady.socket.write(end)),
    drip(dripping.socket, 'x', 50, 40),
  ])
  while (!steady.seen.answer.includes('\r\n\r\n')) await delay(20)
  await dripping.closed
  steady.socket.destroy()
  expect(steady.seen.answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(dripping.seen.answer).toMatch(/^HTTP\/1\.1 408 /)
  expect(graph.requests.map(({ url }) => url)).toEqual([`/v24.0/${NUMBER}/media`])
  // What was taken of the one that was ended is gone, and a stop need not wait for it.
  await gateway.context.requests.idle()
  expect(readdirSync(gateway.context.spoolDir)).toEqual([])
})

test('a client that does not read its answer is closed on; one that reads slowly gets all of it', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, limits: SHORT })
  const size = 4 * 1024 * 1024
  graph.answers({ body: JSON.stringify({ data: 'x'.repeat(size) }) })
  const get = `GET /meta/whatsapp/v24.0/${NUMBER}/anything HTTP/1.1\r\nHost: g\r\nX-API-Key: ${gateway.api_key}\r\n\r\n`
  const reads = open(gateway)
  const ignores = open(gateway)
  for (const { socket } of [reads, ignores]) {
    socket.write(get)
    socket.pause()
  }
  const started = performance.now()
  while (reads.seen.answer.length < size) {
    reads.socket.resume()
    await once(reads.socket, 'data')
    reads.socket.pause()
    await delay(25)
  }
  // Longer than the other one was left.
  expect(performance.now() - started).toBeGreaterThan(2 * SHORT.stuckMs)
  reads.socket.destroy()
  ignores.socket.resume()
  await ignores.closed
  expect(ignores.seen.answer.length).toBeLessThan(size)
  const { text } = await gateway.call('GET', '/metrics')
  expect(text).toContain('fairlead_http_refused_total{reason="unread_answer"} 1\n')
})

test('who waits because Meta is slow is not cut off, whatever the limits', async () => {
  await using graph = await startCapturingGraph()
  graph.answers(async (request) => {
    if (request.method === 'POST') await delay(2_000)
    return graph.accept(request)
  })
  await using gateway = await startGateway({ graphUrl: graph.url, limits: SHORT })
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, TEXT)
  expect([answer.status, answer.headers.get('fairlead-outcome')]).toEqual([200, 'accepted'])
})

test('a head beyond 16 kB is refused with 431', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const { socket, seen, closed } = open(gateway)
  socket.write(`GET /health/live HTTP/1.1\r\nHost: gateway\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`)
  await closed
  expect(seen.answer).toMatch(/^HTTP\/1\.1 431 /)
})

test('one address holds so many connections open and no more, until it closes one', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({
    graphUrl: graph.url,
    env: { FAIRLEAD_CONNECTIONS_PER_ADDRESS: '3' },
    limits: { uncounted: () => false },
  })
  // One is the connection that the start has left open, if it has.
  const live = 'GET /health/live HTTP/1.1\r\nHost: gateway\r\n\r\n'
  const asked = async () => {
    const one = open(gateway)
    one.socket.write(live)
    await Promise.race([one.closed, once(one.socket, 'data')])
    return one
  }
  const three = [await asked(), await asked(), await asked()]
  expect(three.map(({ seen }) => seen.answer.slice(0, 12))).toEqual(Array(3).fill('HTTP/1.1 200'))
  expect((await asked()).seen.answer).toBe('')
  three[0]?.socket.destroy()
  await delay(50)
  expect((await asked()).seen.answer).toContain('HTTP/1.1 200')
  for (const { socket } of three) socket.destroy()
})
