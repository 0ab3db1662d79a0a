import { expect, test } from 'vitest'
import { manualClock, systemClock } from '../../src/lib/clock.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { metaSays, statusOf } from '../support/meta-says.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'
import { eventually } from '../support/start-pair.ts'

const text = (body: string, to = '15551234567') => ({ to, type: 'text', text: { body } })

async function start(clock = systemClock) {
  const graph = await startCapturingGraph()
  const gateway = await startGateway({ graphUrl: graph.url, clock })
  const sends = () => graph.requests.filter(({ method }) => method === 'POST').length
  const send = (body: object) => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body)
  return {
    graph,
    gateway,
    sends,
    send,
    async lose(body: object) {
      graph.answers('reset')
      const lost = await send(body)
      expect([lost.status, lost.json.code]).toEqual([502, 'outcome_in_doubt'])
      graph.answers(graph.accept)
      return { lost, request: graph.requests.at(-1) }
    },
    switches: (body: object) => gateway.call('PATCH', `/fairlead/v1/phone_numbers/${NUMBER}`, body),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test('the repeat of a send in doubt waits for the status, and gets the wamid of the one that went out', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  const { lost, request } = await pair.lose(text('Hello'))
  const repeat = pair.send(JSON.parse('{"text":{"body":"Hello"},"type":"text","to":"+1 (555) 123-4567"}'))
  const same = pair.send(text('Hello'))
  await soon(100)
  await say(statusOf(request, 'wamid.FOUND'))
  expect((await same).json).toMatchObject({ messages: [{ id: 'wamid.FOUND' }] })
  expect((await same).headers.get('idempotent-replayed')).toBe('true')
  expect((await same).headers.get('fairlead-send-id')).toBe(lost.headers.get('fairlead-send-id'))
  // A body that is written otherwise in its values is another one.
  expect((await repeat).headers.get('idempotent-replayed')).toBeNull()
  expect(pair.sends()).toBe(2)
})

test('without a status the repeat is told after ten seconds that nobody knows; other messages go out meanwhile', async () => {
  await using pair = await start()
  await pair.lose(text('Hello'))
  const started = performance.now()
  const repeat = pair.send(text('Hello'))
  expect((await pair.send(text('Something else'))).status).toBe(200)
  expect((await pair.send(text('Hello', '15550000000'))).status).toBe(200)
  expect(performance.now() - started).toBeLessThan(5_000)
  const told = await repeat
  expect([told.status, told.json.code]).toEqual([409, 'outcome_in_doubt'])
  expect(performance.now() - started).toBeGreaterThan(9_000)
  expect(pair.sends()).toBe(3)
}, 30_000)

test('identical sends at once are one: each gets the same wamid', async () => {
  await using pair = await start()
  pair.graph.answers(async (request) => {
    await soon(50)
    return pair.graph.accept(request)
  })
  const answers = await Promise.all(Array.from({ length: 5 }, () => pair.send(text('Hello'))))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(4)
  expect(pair.sends()).toBe(1)
})

test('one after another, identical sends are as many messages', async () => {
  await using pair = await start()
  for (let turn = 0; turn < 3; turn += 1) expect((await pair.send(text('Hello'))).status).toBe(200)
  expect(pair.sends()).toBe(3)
})

test('when nothing was sent the next twin goes out, and one is enough', async () => {
  await using pair = await start()
  let first = true
  pair.graph.answers(async (request) => {
    await soon(50)
    if (!first) return pair.graph.accept(request)
    first = false
    return { status: 429, body: { error: { message: 'slow down', code: 130429 } } }
  })
  const answers = await Promise.all(Array.from({ length: 4 }, () => pair.send(text('Hello'))))
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 429])
  expect(pair.sends()).toBe(2)
})

test('with the switch off identical sends are none of our business', async () => {
  await using pair = await start()
  expect((await pair.switches({ hold_twins: false })).json).toEqual({
    data: { phone_number_id: NUMBER, trace_sends: true, hold_twins: false },
  })
  await pair.lose(text('Hello'))
  expect((await pair.send(text('Hello'))).status).toBe(200)
  expect(pair.sends()).toBe(2)
})

test('a client that goes away and repeats gets the answer to what it had sent', async () => {
  await using pair = await start()
  const gate = Promise.withResolvers<void>()
  pair.graph.answers(async (request) => {
    await gate.promise
    return pair.graph.accept(request)
  })
  const url = `${pair.gateway.meta}/${NUMBER}/messages`
  const gone = fetch(url, {
    method: 'POST',
    headers: { 'x-api-key': pair.gateway.api_key },
    body: JSON.stringify(text('Hello')),
    signal: AbortSignal.timeout(100),
  }).catch(() => null)
  expect(await gone).toBeNull()
  const repeat = pair.send(text('Hello'))
  await soon(50)
  gate.resolve()
  expect((await repeat).status).toBe(200)
  expect(pair.sends()).toBe(1)
})

test('a client that was gone when the answer came gets it when it repeats, once', async () => {
  await using pair = await start()
  pair.graph.answers(async (request) => {
    await soon(200)
    return pair.graph.accept(request)
  })
  const url = `${pair.gateway.meta}/${NUMBER}/messages`
  const gone = await fetch(url, {
    method: 'POST',
    headers: { 'x-api-key': pair.gateway.api_key },
    body: JSON.stringify(text('Hello')),
    signal: AbortSignal.timeout(100),
  }).catch(() => null)
  expect(gone).toBeNull()
  await soon(400)
  const repeat = await pair.send(text('Hello'))
  expect([repeat.status, repeat.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
  expect(pair.sends()).toBe(1)
  expect((await pair.send(text('Hello'))).headers.get('idempotent-replayed')).toBeNull()
  expect(pair.sends()).toBe(2)
})

test('a status that comes before the repeat does: the repeat gets the wamid all the same, once', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  const { request } = await pair.lose(text('Hello'))
  await say(statusOf(request, 'wamid.FOUND'))
  expect((await pair.send(text('Hello'))).json).toMatchObject({ messages: [{ id: 'wamid.FOUND' }] })
  expect(pair.sends()).toBe(1)
  expect((await pair.send(text('Hello'))).headers.get('idempotent-replayed')).toBeNull()
  expect(pair.sends()).toBe(2)
})

test('a status that comes before the answer is lost: the first one gets the wamid itself', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  pair.graph.answers(async (request) => {
    await say(statusOf(request, 'wamid.FOUND'))
    return 'reset' as const
  })
  const answer = await pair.send(text('Hello'))
  expect([answer.status, answer.json.messages]).toEqual([200, [{ id: 'wamid.FOUND' }]])
  expect(answer.headers.get('idempotent-replayed')).toBeNull()
})

test('after its ten minutes a doubt holds nobody back', async () => {
  const clock = manualClock(systemClock.now())
  await using pair = await start(clock)
  const { lost } = await pair.lose(text('Hello'))
  await clock.advance(10 * 60_000 + 1_000)
  expect((await pair.send(text('Hello'))).status).toBe(200)
  expect(pair.sends()).toBe(2)
  await eventually(async () => {
    await clock.advance(5_000)
    const { json } = await pair.gateway.call('GET', String(lost.json.send_url))
    return (json.data as { state: string }).state === 'unresolved'
  })
})

test('an outcome that nobody asks for within ten minutes is owed no more', async () => {
  const clock = manualClock(systemClock.now())
  await using pair = await start(clock)
  const say = await metaSays(pair.gateway)
  const { request } = await pair.lose(text('Hello'))
  await say(statusOf(request, 'wamid.FOUND'))
  const owed = async () => (await pair.gateway.context.store.db.query.selectFrom('sends').select('owed').execute())[0]
  expect(await owed()).toEqual({ owed: 1 })
  await clock.advance(10 * 60_000 + 1_000)
  await eventually(async () => {
    await clock.advance(5_000)
    return (await owed())?.owed === 0
  })
})
