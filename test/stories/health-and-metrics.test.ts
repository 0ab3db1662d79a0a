import { request } from 'node:http'
import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from '../../src/log.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { makeKey, NUMBER, startGateway, type TestGateway } from '../support/start-gateway.ts'
import { startPair } from '../support/start-pair.ts'

const KEYLESS = { 'x-nothing': '' }
const figureOf = (text: string, series: string) =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length),
  )

test('health tells yes or no and nothing else, and no when the store is away', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const ask = (path: string) => gateway.call('GET', path, undefined, KEYLESS)
  for (const path of ['/health/live', '/health/ready']) {
    const { status, json } = await ask(path)
    expect([status, json]).toEqual([200, { status: 'ok' }])
  }
  await gateway.context.store.close()
  const ready = await ask('/health/ready')
  expect([ready.status, ready.json]).toEqual([503, { error: 'The store does not answer.' }])
  expect(ready.headers.get('retry-after')).toBe('1')
  expect((await ask('/health/live')).status).toBe(200)
  // The rest is still counted, what is in the store is left out.
  const metrics = await ask('/metrics')
  expect([metrics.status, metrics.text.includes('fairlead_sends_undecided{')]).toEqual([200, false])
})

test('while it stops, readiness is no at once and closes the connection', async () => {
  await using graph = await startCapturingGraph()
  graph.answers(async (request) => {
    if (request.method === 'POST') await new Promise((resolve) => setTimeout(resolve, 800))
    return graph.accept(request)
  })
  await using gateway = await startGateway({ graphUrl: graph.url })
  const text = { to: '15551234567', type: 'text', text: { body: 'x' } }
  const begun = gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
  await new Promise((resolve) => setTimeout(resolve, 200))
  const closed = gateway.close()
  const ready = await gateway.call('GET', '/health/ready', undefined, KEYLESS)
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close'])
  expect((await begun).status).toBe(200)
  await closed
})

test('metrics need an admin key: no key, a wrong one and a good one of another kind get one answer', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, env: { FAIRLEAD_METRICS: 'key' } })
  const number = await gateway.context.numbers.byPhoneNumberId(NUMBER)
  const other = await makeKey(gateway, 'project', number?.project_id ?? 0)
  const refusals = await Promise.all(
    [KEYLESS, ...[gateway.api_key, other, 'wrong', `${gateway.admin_key}x`].map((key) => ({ 'x-api-key': key }))].map(
      async (headers) => {
        const { status, text } = await gateway.call('GET', '/metrics', undefined, headers)
        return [status, text]
      },
    ),
  )
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
    new Set([JSON.stringify([401, '{"error":"Invalid or missing API key"}'])]),
  )
  for (const headers of [{ 'x-api-key': gateway.admin_key }, { authorization: `Bearer ${gateway.admin_key}` }]) {
    const { status, headers: answered } = await gateway.call('GET', '/metrics', undefined, headers)
    expect([status, answered.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  }
})

const LOCAL: Array<[name: string, env: Record<string, string>, headers: Record<string, string>, status: number]> = [
  ['this machine itself', {}, {}, 200],
  ['a wrong key from this machine changes nothing', {}, { 'x-api-key': 'wrong' }, 200],
  ['a proxy that says so', {}, { 'x-forwarded-for': '203.0.113.7' }, 401],
  ['a proxy with the standard header', {}, { forwarded: 'for=203.0.113.7' }, 401],
  ['a proxy with Via', {}, { via: '1.1 proxy' }, 401],
  ['a page whose name was resolved to this machine', {}, { host: 'attacker.example' }, 401],
  ['an outside address is set', { FAIRLEAD_PUBLIC_URL: 'https://gateway.example' }, {}, 401],
  ['an outside address that is none', { FAIRLEAD_PUBLIC_URL: 'http://localhost:8080' }, {}, 200],
  ['listening for everybody', { FAIRLEAD_HOST: '0.0.0.0' }, {}, 401],
  ['a key is always asked for', { FAIRLEAD_METRICS: 'key' }, {}, 401],
]

test.each(LOCAL)('metrics without a key: %s', async (_name, env, headers, status) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, env })
  expect(await statusOf(gateway, headers)).toBe(status)
})

/** `fetch` does not let a Host be given. */
function statusOf(gateway: TestGateway, headers: Record<string, string>): Promise<number> {
  const { port } = new URL(gateway.url)
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/metrics', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
      .on('error', reject)
      .end()
  })
}

test('what is counted: sends by outcome, webhooks, commits, Meta, and what the store still has to decide', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const send = (to: string) =>
    gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { to, type: 'text', text: { body: 'x' } })
  await send('15551234561')
  graph.answers({ status: 400, body: { error: { code: 131009, message: 'no' } } })
  await send('15551234562')
  graph.answers('reset')
  await send('15551234563')
  await gateway.call('GET', `/api/meta/${NUMBER}/nonsense`, undefined, { 'x-api-key': 'wrong' })
  await gateway.call('GET', '/nowhere/15551234561')

  const { text } = await gateway.call('GET', '/metrics')
  const figures = Object.fromEntries(
    [
      'fairlead_sends_total{outcome="accepted"}',
      'fairlead_sends_total{outcome="rejected"}',
      'fairlead_sends_total{outcome="in_doubt"}',
      'fairlead_sends_total{outcome="not_sent"}',
      'fairlead_sends_in_flight',
      'fairlead_sends_waiting',
      'fairlead_sends_undecided{state="in_doubt"}',
      'fairlead_sends_undecided{state="intent"}',
      'fairlead_webhooks_waiting',
      'fairlead_upstream_requests_total{outcome="lost"}',
      'fairlead_http_requests_total{route="/meta/whatsapp/:phone_number_id/messages",method="POST",status="2xx"}',
      'fairlead_http_requests_total{route="/meta/whatsapp/:id/:edge",method="GET",status="4xx"}',
      'fairlead_http_requests_total{route="none",method="GET",status="4xx"}',
      'fairlead_store_unavailable_total',
    ].map((series) => [series, figureOf(text, series)]),
  )
  expect(Object.values(figures)).toEqual([1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0])
  expect(figureOf(text, 'fairlead_sends_undecided_oldest_seconds{state="in_doubt"}')).toBeLessThan(60)
  expect(figureOf(text, 'fairlead_store_commit_commands_count')).toBeGreaterThanOrEqual(6)
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'process_cpu_seconds_total',
  ]) {
    expect(text).toContain(`\nfairlead_${name} `)
  }
  for (const name of text.matchAll(/^# TYPE (\S+)/gm)) expect(name[1]).toMatch(/^fairlead_[a-z0-9_]+$/)
})

test('no number, text, token, key or id is in the metrics, nor in the log', async () => {
  let lines = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines += chunk
      done()
    },
  })
  await using pair = await startPair({ log: createLog('trace', sink) })
  const customer = '15557654321'
  await pair.customerSays(customer, 'canary-inbound-text')
  await pair.send({ to: customer, type: 'text', text: { body: 'canary-outbound-text' } })
  await pair.send({ to: customer, type: 'canary-type', text: { body: 'x' } })
  await pair.call('GET', `/${pair.phone_number_id}/canary_edge?access_token=canary-query`)
  await pair.call('GET', `${pair.base_url}/canary-path/${customer}`)
  await pair.call('GET', '/999999999999999', undefined, { 'x-api-key': 'canary-wrong-key' })
  await pair.call('POST', `${pair.base_url}/webhooks/meta/canary-app`, '{"x":"canary-unsigned"}', {})
  await pair.phone(customer, 1)

  const { text } = await pair.call('GET', `${pair.base_url}/metrics`, undefined, { 'x-api-key': pair.admin_key })
  expect(figureOf(text, 'fairlead_webhooks_total{step="understood"}')).toBeGreaterThan(0)
  const secrets = [pair.api_key, pair.admin_key, pair.simulator_access_token, pair.meta_app_secret, pair.verify_token]
  const ids = [pair.phone_number_id, pair.business_account_id, '999999999999999']
  for (const word of [...secrets, ...ids, customer, 'canary', 'wamid']) expect(text).not.toContain(word)
  for (const word of [...secrets, customer, 'canary']) expect(lines).not.toContain(word)
})
