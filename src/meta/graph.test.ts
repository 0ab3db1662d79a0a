import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { Readable } from 'node:stream'
import tls from 'node:tls'
import { Worker } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { startFaultServer, write, writeTaken } from '../../test/support/fault-server.ts'
import { makeCertificate } from '../../test/support/make-certificate.ts'
import { quickClock } from '../../test/support/quick-clock.ts'
import { systemClock } from '../lib/clock.ts'
import { createGraph, type GraphRequest } from './graph.ts'

const QUICKER = 20
/** getaddrinfo refuses a label of 64 letters without asking anybody. */
const NO_NAME = `http://${'a'.repeat(64)}.invalid`

let graph = createGraph(quickClock(QUICKER))
afterEach(async () => {
  await graph.close()
  graph = createGraph(quickClock(QUICKER))
})

const ask = (origin: string, request: Partial<GraphRequest> = {}) =>
  graph.request({
    origin,
    method: 'POST',
    path: '/v24.0/1/messages',
    accessToken: 't',
    ...(!request.method && { body: { bytes: Buffer.from('{}'), contentType: 'application/json' } }),
    ...request,
  })

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Connections that this process began meanwhile. */
async function connecting<T>(work: () => Promise<T>): Promise<{ result: T; connections: number }> {
  let connections = 0
  const count = () => {
    connections += 1
  }
  subscribe('net.client.socket', count)
  const result = await work()
  unsubscribe('net.client.socket', count)
  return { result, connections }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a name that does not resolve: not sent, tried three times', async () => {
  const { result, connections } = await connecting(() => ask(NO_NAME))
  expect(result).toMatchObject({ kind: 'not_sent', timeout: false, reason: 'ENOTFOUND' })
  expect(connections).toBe(3)
})

test('a refused connection: not sent, tried three times', async () => {
  const origin = `http://127.0.0.1:${await freePort()}`
  const { result, connections } = await connecting(() => ask(origin))
  expect(result).toMatchObject({ kind: 'not_sent', timeout: false, reason: 'ECONNREFUSED' })
  expect(connections).toBe(3)
})

test('what was refused goes out when Meta listens again, a streamed body whole', async () => {
  const port = await freePort()
  const server = createServer()
  let stopped = false
  const bodies: string[] = []
  server.on('connection', (socket) =>
    socket.once('data', (bytes) => {
      bodies.push(bytes.toString())
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    }),
  )
  graph = createGraph({
    ...systemClock,
    after(ms, task) {
      if (ms === 400 && !stopped) server.listen(port, '127.0.0.1')
      return systemClock.after(ms, task)
    },
  })
  const stream = () => Readable.from([Buffer.from('whole')], { objectMode: false })
  const result = await ask(`http://127.0.0.1:${port}`, { body: { stream, length: 5, contentType: 'x/y' } })
  stopped = true
  server.close()
  expect(result).toMatchObject({ kind: 'answered', status: 200 })
  expect(bodies).toEqual([expect.stringMatching(/content-length: 5\r\n\r\nwhole$/)])
})

test.runIf(process.platform === 'linux')('an address that does not answer: not sent, tried twice', async () => {
  // A full line of connections that nobody takes, because the thread that listens has stopped.
  const worker = new Worker(
    `const { parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer()
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
    })`,
    { eval: true },
  )
  const [port] = await once(worker, 'message')
  const fillers = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  await pause(100)
  const { result, connections } = await connecting(() => ask(`http://127.0.0.1:${port}`))
  expect(result).toMatchObject({ kind: 'not_sent', timeout: true })
  expect(connections).toBe(2)
  for (const filler of fillers) filler.destroy()
  await worker.terminate()
})

test('TLS that is never agreed on: not sent, tried twice', async () => {
  await using server = await startFaultServer({ answer: () => {} })
  expect(await ask(server.url.replace('http:', 'https:'))).toMatchObject({ kind: 'not_sent', timeout: true })
  expect(server.connections()).toBe(2)
})

test.each([
  ['signed by nobody we know', makeCertificate('127.0.0.1'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['expired', makeCertificate('127.0.0.1', { expired: true }), 'CERT_HAS_EXPIRED'],
])('a certificate that is %s: not sent, tried once; a read three times', async (_name, certificate, reason) => {
  await using server = await startFaultServer({ answer: writeTaken, certificate })
  expect(await ask(server.url)).toMatchObject({ kind: 'not_sent', timeout: false, reason })
  expect(server.connections()).toBe(1)
  expect(await ask(server.url, { method: 'GET' })).toMatchObject({ kind: 'not_sent', timeout: false, reason })
  expect([server.connections(), server.arrived]).toEqual([4, []])
})

test('a certificate for another name: not sent; for the right one over HTTP/1.1 and one connection', async () => {
  const known = tls.getCACertificates('default')
  const wrong = makeCertificate('graph.example')
  const right = makeCertificate('localhost')
  tls.setDefaultCACertificates([wrong.cert, right.cert])
  await using liar = await startFaultServer({ answer: writeTaken, certificate: wrong })
  await using server = await startFaultServer({ answer: writeTaken, certificate: right })
  const local = (url: string) => url.replace('127.0.0.1', 'localhost')
  expect(await ask(local(liar.url))).toMatchObject({ kind: 'not_sent', reason: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  expect(liar.arrived).toEqual([])
  for (let n = 0; n < 3; n += 1) {
    expect(await ask(local(server.url))).toMatchObject({ kind: 'answered', status: 200 })
    await pause(5)
  }
  expect(server.connections()).toBe(1)
  tls.setDefaultCACertificates(known)
})

test.each([
  ['cut', ''],
  ['answered in clear', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
])('a TLS handshake that is %s: not sent, tried once', async (_name, text) => {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => {}).once('data', () => socket.end(text))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await ask(`https://127.0.0.1:${port}`)).toMatchObject({ kind: 'not_sent', timeout: false })
  expect(connections).toBe(1)
  server.close()
})

test('what waits for a free connection until its time is up was not sent, and is never written', async () => {
  await using server = await startFaultServer({ answer: () => {} })
  const taking = Array.from({ length: 256 }, () => ask(server.url))
  const waiting = Array.from({ length: 4 }, () => ask(server.url, { timeoutMs: 10_000 }))
  for (const result of await Promise.all(waiting)) expect(result).toMatchObject({ kind: 'not_sent', timeout: true })
  for (const result of await Promise.all(taking)) expect(result).toMatchObject({ kind: 'lost', timeout: true })
  await pause(100)
  expect(server.arrived).toHaveLength(256)
})

test('an idle connection that Meta closes costs no request: the next one goes over another', async () => {
  await using server = await startFaultServer({ answer: writeTaken })
  for (let n = 0; n < 20; n += 1) {
    expect(await ask(server.url, { path: `/mark--${n}` })).toMatchObject({ kind: 'answered' })
    for (const socket of server.open) n % 2 ? socket.resetAndDestroy() : socket.end('leftover')
    await pause(5)
  }
  expect(server.arrived).toHaveLength(20)
})

test('a connection that breaks as we write is lost, and not written again', async () => {
  await using server = await startFaultServer({ answer: writeTaken })
  await ask(server.url, { path: '/mark--first' })
  await pause(5)
  for (const socket of server.open) socket.pause()
  const second = ask(server.url, { path: '/mark--second' })
  await pause(50)
  for (const socket of server.open) socket.resetAndDestroy()
  expect(await second).toMatchObject({ kind: 'lost', timeout: false })
  expect([server.times('mark--second'), server.connections()]).toEqual([0, 1])
})

test('a deletion is repeated only when it was not sent', async () => {
  await using server = await startFaultServer({ answer: (socket) => socket.resetAndDestroy() })
  const deletion = { method: 'DELETE' } as const
  expect(await ask(server.url, deletion)).toMatchObject({ kind: 'lost' })
  expect(server.arrived).toHaveLength(1)
  const { connections } = await connecting(() => ask(NO_NAME, deletion))
  expect(connections).toBe(3)
})

test('a read that fails once or twice is answered, and only the last failure is told', async () => {
  let tries = 0
  await using server = await startFaultServer({
    answer(socket, request) {
      tries += 1
      if (tries === 1) socket.resetAndDestroy()
      else if (tries === 2) write(socket, 503, 'busy')
      else writeTaken(socket, request)
    },
  })
  expect(await ask(server.url, { method: 'GET' })).toMatchObject({ kind: 'answered', status: 200 })
  expect(tries).toBe(3)
})

test('what cannot be a request is not sent, and once', async () => {
  const { result, connections } = await connecting(() => ask('http://127.0.0.1:1', { accessToken: 'a\nb' }))
  expect([result.kind, connections]).toEqual(['not_sent', 0])
})
