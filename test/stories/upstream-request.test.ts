import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { ACCOUNT, NUMBER, startGateway, TOKEN } from '../support/start-gateway.ts'

test('the request that reaches Meta has its path and headers, and the client’s bytes but for one member', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0

  const body =
    '{ "messaging_product":"whatsapp",\n\t"to":"+1 555-123-4567", "type":"text",\n "text":{"body":"caf\\u00e9 \\/ ☕","x":9007199254740993}}'
  const answer = await gateway.call('POST', `/meta/whatsapp/v23.0/${NUMBER}/messages?access_token=abc&limit=1`, body, {
    'x-api-key': gateway.api_key,
    cookie: 'session=1',
    'x-kapso-take-control': 'true',
    'idempotency-key': 'k',
    'x-forwarded-for': '10.0.0.1',
  })

  expect(answer.status).toBe(200)
  expect(graph.requests).toHaveLength(1)
  const [sent] = graph.requests
  expect(sent?.method).toBe('POST')
  expect(sent?.url).toBe(`/v23.0/${NUMBER}/messages`)
  expect(sent?.headers.authorization).toBe(`Bearer ${TOKEN}`)
  expect(sent?.headers['content-type']).toBe('application/json')
  expect(new Set(sent?.rawHeaders.map((name) => name.toLowerCase()))).toEqual(
    new Set(['host', 'connection', 'authorization', 'accept', 'user-agent', 'content-type', 'content-length']),
  )
  const text = sent?.body.toString('utf8') ?? ''
  const ours = /"biz_opaque_callback_data":"fl1\.[0-9a-f]{32}",/.exec(text)?.[0] ?? ''
  expect(ours).not.toBe('')
  expect(text.replace(ours, '')).toBe(body)
})

test('Meta’s refusal comes back as it is, status, bytes and usage headers', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const refusal =
    '{"error":{"message":"(#131009) Parameter value is not valid","type":"OAuthException","code":131009, "fbtrace_id":"A1"}}'
  graph.answers({
    status: 400,
    headers: { 'x-fb-trace-id': 'T', 'x-app-usage': '{}', 'set-cookie': 'a=b', 'content-type': 'text/javascript' },
    body: refusal,
  })
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { to: '15551234567', type: 'text' })
  expect(answer.status).toBe(400)
  expect(answer.text).toBe(refusal)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.headers.get('x-fb-trace-id')).toBe('T')
  expect(answer.headers.get('x-app-usage')).toBe('{}')
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(answer.headers.get('fairlead-outcome')).toBe('rejected')
})

test('a path without a version goes up with the configured one', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url, env: { FAIRLEAD_GRAPH_VERSION: 'v25.0' } })
  for (const base of ['/meta/whatsapp', '/api/meta', '/api/meta/v22.0']) {
    await gateway.call('POST', `${base}/${NUMBER}/messages`, { to: '1555', type: 'text' })
  }
  const paths = graph.requests.filter(({ method }) => method === 'POST').map(({ url }) => url)
  expect(paths).toEqual([`/v25.0/${NUMBER}/messages`, `/v25.0/${NUMBER}/messages`, `/v22.0/${NUMBER}/messages`])
})

test('a lost answer is in doubt, one that never left was not sent', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers('reset')
  const lost = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { to: '1555', type: 'text' })
  expect([lost.status, lost.json.code, lost.headers.get('fairlead-outcome')]).toEqual([
    502,
    'outcome_in_doubt',
    'in_doubt',
  ])
  expect(graph.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)

  await graph[Symbol.asyncDispose]()
  const unsent = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { to: '1666', type: 'text' })
  expect([unsent.status, unsent.json.code, unsent.headers.get('fairlead-outcome')]).toEqual([
    502,
    'not_sent',
    'not_sent',
  ])
})

test('page links of Meta become links of ours, without the token', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const next = `${graph.url}/v24.0/${ACCOUNT}/message_templates?access_token=${TOKEN}&limit=1&after=MQ`
  graph.answers({ body: { data: [], paging: { cursors: { after: 'MQ' }, next } } })
  const answer = await gateway.call(
    'GET',
    `${gateway.meta}/${ACCOUNT}/message_templates?limit=1&fields=name,kapso(a,b)`,
  )
  expect(graph.requests.at(-1)?.url).toBe(`/v24.0/${ACCOUNT}/message_templates?limit=1&fields=name`)
  expect(answer.json.paging).toEqual({
    cursors: { after: 'MQ' },
    next: `${gateway.meta}/${ACCOUNT}/message_templates?limit=1&after=MQ`,
  })
})

test('an answer of Meta’s that cannot be read is passed on or named, never a failure of ours', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.answers({ body: '{"mime_type": broken' })
  const metadata = await fetch(`${gateway.meta}/1037001122334455`, { headers: { 'x-api-key': gateway.api_key } })
  expect([metadata.status, await metadata.text()]).toEqual([200, '{"mime_type": broken'])
  graph.answers({ body: '<html>', headers: { 'content-type': 'text/html' } })
  const list = await gateway.call('GET', `${gateway.meta}/${ACCOUNT}/message_templates`)
  expect([list.status, list.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8'])
})
