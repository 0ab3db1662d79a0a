import { expect, test } from 'vitest'
import { DAY, type ManualClock, MINUTE, manualClock, systemClock } from '../../src/lib/clock.ts'
import { expireKeys } from '../../src/store/commands/idempotency-keys.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { metaSays, statusOf } from '../support/meta-says.ts'
import { NUMBER, startGateway, type TestGateway } from '../support/start-gateway.ts'

const text = (body: string, to = '15551234567') => ({
  messaging_product: 'whatsapp',
  to,
  type: 'text',
  text: { body },
})

async function start(env: Record<string, string> = {}) {
  const graph = await startCapturingGraph()
  const gateway = await startGateway({ graphUrl: graph.url, env })
  const sends = () => graph.requests.filter(({ method, url }) => method === 'POST' && url.includes('essages')).length
  return {
    graph,
    gateway,
    sends,
    send: (key: string, body: unknown, edge = 'messages') => sendWithKey(gateway, key, body, edge),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

const sendWithKey = (gateway: TestGateway, key: string, body: unknown, edge = 'messages') =>
  gateway.call('POST', `${gateway.meta}/${NUMBER}/${edge}`, body, {
    'x-api-key': gateway.api_key,
    'idempotency-key': key,
  })

test('the same request with the same key gets the same answer, byte for byte, and goes up once', async () => {
  await using pair = await start()
  const first = await pair.send('order-7', text('Hello'))
  expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([200, null])
  const rewritten =
    '{"text": {"body": "\\u0048ello"}, "type":"text", "to":"15551234567","messaging_product":"whatsapp"}'
  for (const body of [text('Hello'), rewritten]) {
    const again = await pair.send('order-7', body)
    expect([again.status, again.text]).toEqual([200, first.text])
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.headers.get('fairlead-outcome')).toBe('accepted')
    expect(again.headers.get('fairlead-send-id')).toBe(first.headers.get('fairlead-send-id'))
  }
  expect(pair.sends()).toBe(1)
})

test('a key counts for a number and an edge, whatever the version in the path', async () => {
  await using pair = await start()
  await pair.send('k', text('Hello'))
  const other = await pair.gateway.call('POST', `/meta/whatsapp/v22.0/${NUMBER}/messages`, text('Hello'), {
    'x-api-key': pair.gateway.api_key,
    'idempotency-key': 'k',
  })
  expect(other.headers.get('idempotent-replayed')).toBe('true')
  const marketing = await pair.send('k', { ...text('Hello'), type: 'template', template: {} }, 'marketing_messages')
  expect([marketing.status, marketing.headers.get('idempotent-replayed')]).toEqual([200, null])
  expect(pair.sends()).toBe(2)
})

test('another request under a used key is refused, and nothing goes up', async () => {
  await using pair = await start()
  await pair.send('k', text('Hello'))
  for (const body of [text('Bye'), text('Hello', '15550000000'), { ...text('Hello'), context: { message_id: 'x' } }]) {
    const refused = await pair.send('k', body)
    expect([refused.status, refused.json.code]).toEqual([422, 'idempotency_key_reused'])
    expect(refused.headers.get('fairlead-outcome')).toBeNull()
  }
  expect(pair.sends()).toBe(1)
})

test('while the first is running its twins are told to come back, at once', async () => {
  await using pair = await start()
  const gate = Promise.withResolvers<void>()
  pair.graph.answers(async (request) => {
    await gate.promise
    return pair.graph.accept(request)
  })
  const first = pair.send('k', text('Hello'))
  while (pair.sends() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const started = performance.now()
  const twin = await pair.send('k', text('Hello'))
  expect(performance.now() - started).toBeLessThan(1_000)
  expect([twin.status, twin.json.code, twin.headers.get('retry-after')]).toEqual([409, 'idempotency_key_in_use', '1'])
  gate.resolve()
  expect((await first).status).toBe(200)
  expect((await pair.send('k', text('Hello'))).text).toBe((await first).text)
  expect(pair.sends()).toBe(1)
})

test('a request that waits for its turn holds its key, too', async () => {
  await using pair = await start()
  const gate = Promise.withResolvers<void>()
  pair.graph.answers(async (request) => {
    await gate.promise
    return pair.graph.accept(request)
  })
  const ahead = pair.send('ahead', text('first'))
  while (pair.sends() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  const waiting = pair.send('k', text('second'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect((await pair.send('k', text('second'))).status).toBe(409)
  gate.resolve()
  expect([(await ahead).status, (await waiting).status]).toEqual([200, 200])
  expect(pair.sends()).toBe(2)
})

const error = (code: number) => JSON.stringify({ error: { message: 'no', type: 'OAuthException', code } })

test('a refusal for good is the answer to every repeat', async () => {
  await using pair = await start()
  pair.graph.answers({ status: 400, body: error(131030) })
  const first = await pair.send('k', text('Hello'))
  pair.graph.answers(pair.graph.accept)
  const again = await pair.send('k', text('Hello'))
  expect([again.status, again.text]).toEqual([400, first.text])
  expect([again.headers.get('idempotent-replayed'), again.headers.get('fairlead-outcome')]).toEqual([
    'true',
    'rejected',
  ])
  expect(pair.sends()).toBe(1)
})

test.each([
  ['a rate limit', 400, 130429],
  ['the pair limit', 400, 131056],
  ['an expired token', 401, 190],
  ['too many requests', 429, 80007],
])('after %s the key is free: the repeat goes up', async (_name, status, code) => {
  await using pair = await start()
  pair.graph.answers({ status, body: error(code) })
  expect((await pair.send('k', text('Hello'))).status).toBe(status)
  pair.graph.answers(pair.graph.accept)
  expect((await pair.send('k', text('Hello'))).status).toBe(200)
  expect((await pair.send('k', text('Hello'))).headers.get('idempotent-replayed')).toBe('true')
  expect(pair.sends()).toBe(2)
})

test('what never reached Meta frees the key, for another request, too', async () => {
  await using gateway = await startGateway({ graphUrl: 'http://127.0.0.1:1' })
  for (const body of ['Hello', 'Bye']) {
    const failed = await sendWithKey(gateway, 'k', text(body))
    expect([failed.status, failed.json.code]).toEqual([502, 'not_sent'])
  }
})

test('a refusal of ours frees the key', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, simulated: true })
  const say = await metaSays(gateway)
  expect((await sendWithKey(gateway, 'k', text('Hello'))).status).toBe(422)
  await say({
    contacts: [{ wa_id: '15551234567' }],
    messages: [{ id: 'wamid.in', from: '15551234567', timestamp: String(Math.floor(Date.now() / 1000)), type: 'text' }],
  })
  expect((await sendWithKey(gateway, 'k', text('Hello'))).status).toBe(200)
})

test('in doubt the key stays taken and says so, until a status tells; then the wamid is the answer', async () => {
  await using pair = await start()
  const say = await metaSays(pair.gateway)
  pair.graph.answers('reset')
  const first = await pair.send('k', text('Hello'))
  expect([first.status, first.json.code]).toEqual([502, 'outcome_in_doubt'])
  pair.graph.answers(pair.graph.accept)
  const waiting = await pair.send('k', text('Hello'))
  expect([waiting.status, waiting.json.code]).toEqual([409, 'outcome_in_doubt'])
  expect(waiting.json.send_url).toBe(`${pair.gateway.url}/fairlead/v1/sends/${first.headers.get('fairlead-send-id')}`)
  const shown = await pair.gateway.call('GET', String(waiting.json.send_url))
  expect(shown.json.data).toMatchObject({ state: 'in_doubt', idempotency_key: 'k', message_id: null, resolution: null })

  await say(statusOf(pair.graph.requests.at(-1), 'wamid.FOUND'))
  const told = await pair.send('k', text('Hello'))
  expect([told.status, told.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
  expect(told.json).toEqual({
    messaging_product: 'whatsapp',
    contacts: [{ input: '15551234567', wa_id: '15551234567' }],
    messages: [{ id: 'wamid.FOUND' }],
  })
  expect(pair.sends()).toBe(1)
  const settled = await pair.gateway.call('GET', String(waiting.json.send_url))
  expect(settled.json.data).toMatchObject({ state: 'accepted', message_id: 'wamid.FOUND', resolution: 'status' })
})

test('keys that are none are refused by name', async () => {
  await using pair = await start()
  for (const [key, why] of [
    ['', /empty/],
    ['x'.repeat(256), /longer than 255/],
    ['schlüssel', /printable ASCII/],
  ] as const) {
    const refused = await pair.send(key, text('Hello'))
    expect([refused.status, refused.json.error]).toEqual([400, expect.objectContaining({ code: 100 })])
    expect(JSON.stringify(refused.json)).toMatch(why)
  }
  expect((await pair.send('x'.repeat(255), text('Hello'))).status).toBe(200)
  expect(pair.sends()).toBe(1)
})

test('a key is kept with its method and path', async () => {
  await using pair = await start()
  await pair.send('k', text('Hello'))
  const { db } = pair.gateway.context.store
  const [row] = await db.query.selectFrom('idempotency_keys').selectAll().execute()
  expect(row?.key).toBe(`POST /${NUMBER}/messages k`)
  expect(row?.send).not.toBeNull()
})

test('a key is forgotten after eight days, not before', async () => {
  const clock: ManualClock = manualClock(systemClock.now())
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, clock })
  const { store } = gateway.context
  await sendWithKey(gateway, 'k', text('Hello'))
  await store.write(expireKeys, { now: clock.now() + 8 * DAY - 1_000_000 })
  expect((await sendWithKey(gateway, 'k', text('Hello'))).headers.get('idempotent-replayed')).toBe('true')
  await store.write(expireKeys, { now: clock.now() + 8 * DAY + 1_000_000 })
  expect((await sendWithKey(gateway, 'k', text('Hello'))).headers.get('idempotent-replayed')).toBeNull()
})

test('a key whose time is over stands for nothing any more, also before it is forgotten', async () => {
  let ahead = 0
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({
    graphUrl: graph.url,
    clock: { ...systemClock, now: () => systemClock.now() + ahead },
  })
  // A template may go out at any time.
  const template = { to: '15551234567', type: 'template', template: { name: 'plain', language: { code: 'en_US' } } }
  const replayed = async () => {
    const answer = await sendWithKey(gateway, 'k', template)
    expect(answer.status).toBe(200)
    return answer.headers.get('idempotent-replayed')
  }
  expect(await replayed()).toBeNull()
  ahead = 8 * DAY - MINUTE
  expect(await replayed()).toBe('true')
  ahead = 8 * DAY + MINUTE
  expect(await replayed()).toBeNull()
  expect(await replayed()).toBe('true')
})

test('an upload with a key goes up once; another file under it is refused; a lost answer frees it', async () => {
  await using pair = await start()
  const upload = (content: string, key: string) => {
    const form = new FormData()
    form.set('messaging_product', 'whatsapp')
    form.set('file', new Blob([content], { type: 'image/png' }), 'a.png')
    return fetch(`${pair.gateway.meta}/${NUMBER}/media`, {
      method: 'POST',
      headers: { 'x-api-key': pair.gateway.api_key, 'idempotency-key': key },
      body: form,
    }).then(async (answer) => ({ status: answer.status, headers: answer.headers, text: await answer.text() }))
  }
  const uploads = () => pair.graph.requests.filter(({ url }) => url.endsWith('/media')).length
  let count = 0
  pair.graph.answers(() => {
    count += 1
    return { body: { id: String(count) } }
  })
  const first = await upload('bytes', 'k')
  const again = await upload('bytes', 'k')
  expect([again.status, again.text, again.headers.get('idempotent-replayed')]).toEqual([200, first.text, 'true'])
  expect((await upload('other', 'k')).status).toBe(422)
  expect(uploads()).toBe(1)
  pair.graph.answers('reset')
  expect((await upload('bytes', 'lost')).status).toBe(502)
  pair.graph.answers({ body: { id: '9' } })
  expect((await upload('bytes', 'lost')).status).toBe(200)
  expect(uploads()).toBe(3)
})
