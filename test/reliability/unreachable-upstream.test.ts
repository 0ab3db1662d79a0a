import { request as httpRequest } from 'node:http'
import { expect, test } from 'vitest'
import { connectionFaults } from '../support/connection-faults.ts'
import { startFaultServer, write, writeTaken } from '../support/fault-server.ts'
import { mixRequests, seeded } from '../support/mix-requests.ts'
import { quickClock } from '../support/quick-clock.ts'
import { connectOtherNumber, markedSends, OTHER_NUMBER, readOff } from '../support/send-marked.ts'
import { ACCOUNT, NUMBER, startGateway } from '../support/start-gateway.ts'
import { QUICKER } from '../support/upstream-faults.ts'

const REQUESTS = Number(process.env.FAIRLEAD_TEST_REQUESTS ?? 10)
const SEED = Number(process.env.FAIRLEAD_TEST_SEED ?? 1)

/** A gateway whose usual number finds its Meta at `faultyUrl`, and a second number that has no trouble. */
/** `patient`: connecting has its real time, because a busy machine needs some for a handshake. */
async function startBeside(faultyUrl: string, { patient = true } = {}) {
  const good = await startFaultServer({ answer: writeTaken })
  const gateway = await startGateway({
    graphUrl: good.url,
    simulatorUrl: faultyUrl,
    simulated: true,
    clock: quickClock(QUICKER, { from: patient ? 6_000 : 0 }),
    env: { FAIRLEAD_WINDOW_CHECK: 'off' },
  })
  await connectOtherNumber(gateway)
  return {
    gateway,
    ...markedSends(gateway),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await good[Symbol.asyncDispose]()
    },
  }
}

test.each(connectionFaults)('$title: not sent', async (fault) => {
  await using place = await fault.start()
  await using beside = await startBeside(place.url, { patient: fault.send.status !== 504 })
  const { gateway, send, states } = beside
  const before = place.connections?.() ?? 0
  const requests = Array.from({ length: REQUESTS * 10 }, (_, n) => () => {
    return send(n < REQUESTS ? NUMBER : OTHER_NUMBER, `mark--${n}`)
  })
  const sent = await mixRequests(requests, seeded(SEED))
  for (const { answer, to } of sent.slice(0, REQUESTS)) {
    const { status } = fault.send
    expect(readOff(answer)).toEqual({ status, code: 'not_sent', outcome: 'not_sent', retryAfter: '1' })
    expect(await states(to)).toEqual(['not_sent'])
  }
  for (const { answer } of sent.slice(REQUESTS)) expect(answer.status).toBe(200)
  if (place.connections) expect(place.connections() - before).toBe(REQUESTS * fault.send.tries)

  const asked = place.connections?.() ?? 0
  const read = await gateway.call('GET', `${gateway.meta}/${NUMBER}`)
  expect([read.status, read.json, read.headers.get('retry-after')]).toEqual([
    fault.send.status,
    { error: 'Meta API request failed' },
    '1',
  ])
  if (place.connections) expect(place.connections() - asked).toBe(3)
  const deleted = await gateway.call('DELETE', `${gateway.meta}/${ACCOUNT}/message_templates?name=x`)
  expect([deleted.status, deleted.headers.get('fairlead-outcome')]).toEqual([fault.send.status, 'not_sent'])
})

test('an idle connection that Meta cuts as we write: in doubt', async () => {
  let cutting = false
  await using upstream = await startFaultServer({
    answer: (socket, request) => {
      if (!cutting) writeTaken(socket, request)
    },
  })
  await using beside = await startBeside(upstream.url)
  const { send, states } = beside
  const all = (name: string) =>
    Promise.all(Array.from({ length: REQUESTS }, (_, n) => send(NUMBER, `mark--${name}-${n}`)))
  for (const { answer } of await all('first')) expect(answer.status).toBe(200)
  // From here on nothing is read, so that what is written into these connections is cut off with them.
  cutting = true
  for (const socket of upstream.open) socket.pause()
  const late = all('late')
  await new Promise((resolve) => setTimeout(resolve, 300))
  for (const socket of upstream.open) socket.resetAndDestroy()
  for (const { answer, to, mark } of await late) {
    expect(readOff(answer)).toEqual({ status: 502, code: 'outcome_in_doubt', outcome: 'in_doubt', retryAfter: null })
    expect(await states(to)).toEqual(['in_doubt'])
    expect(upstream.times(mark)).toBeLessThanOrEqual(1)
  }
})

const REFUSAL = '{"error":{"message":"no","type":"OAuthException","code":131009}}'

test.each([
  ['takes it', 'accepted', (socket, request) => writeTaken(socket, request)],
  ['refuses it', 'rejected', (socket) => write(socket, 400, REFUSAL)],
  ['is lost', 'in_doubt', (socket) => socket.resetAndDestroy()],
] satisfies Array<[string, string, Parameters<typeof startFaultServer>[0]['answer']]>)(
  'a client that hangs up while Meta %s: the call is finished and recorded as %s',
  async (_name, state, respond) => {
    const waiting: Array<() => void> = []
    await using upstream = await startFaultServer({
      answer: (socket, request) =>
        request.method === 'POST' ? waiting.push(() => respond(socket, request)) : write(socket, 200, '{}'),
    })
    await using gateway = await startGateway({ graphUrl: upstream.url })
    const { recipient, textTo, states } = markedSends(gateway)
    const clients = Array.from({ length: REQUESTS }, () => {
      const to = recipient()
      const headers = { 'x-api-key': gateway.api_key, 'content-type': 'application/json' }
      const client = httpRequest(`${gateway.meta}/${NUMBER}/messages`, { method: 'POST', headers, agent: false })
      client.on('error', () => {}).end(JSON.stringify(textTo(to, `mark--${to}`)))
      return { client, to }
    })
    await expect.poll(() => waiting.length, { timeout: 10_000 }).toBe(REQUESTS)
    for (const { client } of clients) client.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (const go of waiting) go()
    for (const { to } of clients) {
      await expect.poll(() => states(to), { timeout: 10_000 }).toEqual([state])
      expect(upstream.times(`mark--${to}`)).toBe(1)
    }
  },
)

const upload = () => {
  const form = new FormData()
  form.append('messaging_product', 'whatsapp')
  form.append('file', new Blob([Buffer.alloc(200_000, 'x')], { type: 'image/png' }), 'a.png')
  return form
}

test.each([
  ['reset', 502, 'in_doubt', (socket) => socket.resetAndDestroy()],
  ['200 without an id', 502, 'in_doubt', (socket) => write(socket, 200, '{}')],
  ['HTML under a 500', 500, 'in_doubt', (socket) => write(socket, 500, '<html>')],
  ['302', 502, 'in_doubt', (socket) => write(socket, 302, '', { Location: '/elsewhere' })],
  ['an error of Meta’s', 400, null, (socket) => write(socket, 400, REFUSAL)],
  ['taken', 200, null, writeTaken],
] satisfies Array<[string, number, string | null, Parameters<typeof startFaultServer>[0]['answer']]>)(
  'an upload, %s: judged as a send is, and sent once',
  async (_name, status, outcome, answer) => {
    await using upstream = await startFaultServer({
      answer: (socket, request) => (request.method === 'POST' ? answer(socket, request) : write(socket, 200, '{}')),
    })
    await using gateway = await startGateway({ graphUrl: upstream.url })
    const response = await fetch(`${gateway.meta}/${NUMBER}/media`, {
      method: 'POST',
      headers: { 'x-api-key': gateway.api_key },
      body: upload(),
    })
    const text = await response.text()
    expect([response.status, response.headers.get('fairlead-outcome')]).toEqual([status, outcome])
    if (outcome) expect(text).toBe('{"error":"Meta API request failed"}')
    else expect(text).toBe(status === 400 ? REFUSAL : '{"id":"1037001122334455","success":true}')
    const posts = upstream.arrived.filter(({ method }) => method === 'POST')
    expect(posts.map(({ body }) => body.length > 200_000)).toEqual([true])
  },
)

test('an upload that is refused a connection was not sent', async () => {
  await using place = await startFaultServer({ answer: writeTaken })
  await using gateway = await startGateway({ graphUrl: place.url })
  await place[Symbol.asyncDispose]()
  const headers = { 'x-api-key': gateway.api_key }
  const refused = await fetch(`${gateway.meta}/${NUMBER}/media`, { method: 'POST', headers, body: upload() })
  expect([refused.status, refused.headers.get('fairlead-outcome'), refused.headers.get('retry-after')]).toEqual([
    502,
    'not_sent',
    '1',
  ])
})

test.each([
  ['POST', `/${NUMBER}/register`, { messaging_product: 'whatsapp', pin: '123456' }],
  ['POST', `/${NUMBER}/messages`, { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.X' }],
  ['DELETE', `/${ACCOUNT}/message_templates?name=x`, undefined],
])('%s %s without an answer: whether it happened is not known, and it is not repeated', async (method, path, body) => {
  await using upstream = await startFaultServer({
    answer: (socket, request) => (request.method === 'GET' ? write(socket, 200, '{}') : socket.resetAndDestroy()),
  })
  await using gateway = await startGateway({ graphUrl: upstream.url })
  const answer = await gateway.call(method, `${gateway.meta}${path}`, body)
  expect([
    answer.status,
    answer.json,
    answer.headers.get('fairlead-outcome'),
    answer.headers.get('retry-after'),
  ]).toEqual([502, { error: 'Meta API request failed' }, 'in_doubt', null])
  expect(upstream.arrived.filter((request) => request.method === method)).toHaveLength(1)
})
