import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Captured, type GraphReply, startCapturingGraph } from '../support/capturing-graph.ts'
import { exchange, type RawAnswer } from '../support/raw-http.ts'
import { seeded } from '../support/seeded.ts'
import { ACCOUNT, APP_SECRET, NUMBER, startGateway, TOKEN } from '../support/start-gateway.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/start-gateway-process.ts'
import type { Route } from './malformed-heads.ts'
import { type OddRequest, oddRequest, SPARE } from './malformed-requests.ts'

/** Set FUZZ_COUNT to 10000 for the full form, and FUZZ_SEED to a seed that was printed to see its requests again. */
const COUNT = Number(process.env.FUZZ_COUNT ?? 1_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const LONGEST_MS = 5_000
const HELD_BYTES = 20 * 1024 * 1024

/** Nothing of ours belongs into an answer: no place in the code, no statement of the store's, no path of this machine. */
const INSIDES =
  /node_modules|node:internal|\.[tj]s:\d+|\bat (async )?[\w.<>]+ \(|sqlite|postgres|\b(insert into|select .{1,80} from|update .{1,80} set|delete from) |constraint|fairlead-(fuzz|test|postgres)-|\/tmp\/|ECONN|ERR_/i

async function gatewayProcess() {
  const graph = await startCapturingGraph()
  graph.answers(answerOfMeta)
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-fuzz-'))
  const gateway = await startGatewayProcess(graph.url, dataDir)
  const spare = { name: 'Spare', phone_number_id: SPARE, business_account_id: ACCOUNT, access_token: 'EAAJB-spare' }
  await fetch(`${gateway.url}/platform/v1/whatsapp/phone_numbers`, {
    method: 'POST',
    headers: { 'x-api-key': gateway.key, 'content-type': 'application/json' },
    body: JSON.stringify({ whatsapp_phone_number: spare }),
  })
  return {
    graph,
    gateway,
    async [Symbol.asyncDispose]() {
      gateway.child.kill('SIGKILL')
      await graph[Symbol.asyncDispose]()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function answerOfMeta({ method, url }: Captured): GraphReply {
  if (method !== 'POST' || !/messages$/.test(url)) return { body: { id: '990011223344551', success: true, data: [] } }
  return { body: { contacts: [{ wa_id: '15551234567' }], messages: [{ id: `wamid.${Math.random()}` }] } }
}

/** The routes as the gateway itself describes them, and those that stand outside its description. */
async function routesOf({ url }: GatewayProcess): Promise<Route[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> }
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  )
  const others = ['/health/live', '/health/ready', '/openapi.json'].map((path) => ({ method: 'GET', path }))
  return [...described, ...others]
}

/** What is wrong with an answer, or null. */
function faultOf({ route, broken, head }: OddRequest, answer: RawAnswer): string | null {
  if (!answer) return broken ? null : 'no answer'
  const { status, headers, body } = answer
  const text = body.toString('utf8')
  // An app that is not set up yet may be soon, so Meta is told to try again.
  const early = route.path.startsWith('/webhooks/') && status === 503 && text.includes('No Meta app is set up')
  if (status >= 500 && !early) return `status ${status}: ${text}`
  if (INSIDES.test(text.replaceAll('postgres://', ''))) return `insides: ${text}`
  if (head || status === 204) return null
  const type = headers['content-type'] ?? ''
  if (route.path.startsWith('/webhooks/') && status === 200)
    return type.startsWith('text/plain') ? null : `type ${type}`
  if (!type.startsWith('application/json')) return `status ${status} as ${JSON.stringify(type)}: ${text}`
  return status < 400 ? null : formFault(route, text)
}

function formFault({ path }: Route, text: string): string | null {
  const { error } = JSON.parse(text)
  if (typeof error === 'string' && error !== '') return null
  const graph = /^\/(meta\/whatsapp|api\/meta)\//.test(path)
  const shaped =
    typeof error?.message === 'string' && typeof error?.type === 'string' && typeof error?.code === 'number'
  return graph && shaped ? null : `form: ${text}`
}

/** What reached Meta though it should not have, or in a form that it should not have. */
function upstreamFault({ upstream }: OddRequest, captured: Captured[], keys: string[]): string | null {
  if (upstream === 'never' && captured.length > 0) return `went up: ${captured[0]?.method} ${captured[0]?.url}`
  if (captured.length > 4) return `${captured.length} requests went up`
  for (const { url, headers } of captured) {
    if (!/^\/v\d{1,2}\.\d\/(\d{5,20}|Y2FwaV9ncm91c[\w-]{8,150})(\/[A-Za-z0-9_]{1,64}){0,2}(\?|$)/.test(url))
      return `path ${url}`
    if (/[?&](access_token|appsecret_proof|method)=/.test(url)) return `query ${url}`
    if (keys.some((key) => url.includes(key) || Object.values(headers).includes(key))) return 'a key of ours went up'
  }
  return null
}

async function good(url: string, key: string) {
  const answer = await fetch(`${url}/meta/whatsapp/v24.0/${NUMBER}/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key },
    body: JSON.stringify({ messaging_product: 'whatsapp', to: '15551234567', type: 'text', text: { body: 'x' } }),
  })
  await answer.arrayBuffer()
  return answer.status
}

test(
  `${COUNT} malformed requests over every route: each refused in form, none a fault of ours, nothing goes up that should not`,
  async () => {
    await using pair = await gatewayProcess()
    const { graph, gateway } = pair
    const ends: unknown[] = []
    gateway.child.on('exit', (code, signal) => ends.push({ code, signal }))
    const routes = await routesOf(gateway)
    expect(routes.length).toBeGreaterThan(100)
    for (let time = 0; time < 50; time += 1) expect(await good(gateway.url, gateway.key)).toBe(200)
    const before = await gateway.memory()
    graph.requests.length = 0

    const faults: string[] = []
    let longest = 0
    const statuses = new Map<number, number>()
    for (let index = 0; index < COUNT && ends.length === 0; index += 1) {
      // Each request has a seed of its own, so that one can be made again without those before it.
      const request = oddRequest(seeded(SEED + index), routes, { project: gateway.key, admin: gateway.adminKey })
      const started = performance.now()
      const answer = await exchange(gateway.url, request.bytes, request).catch((error: Error) => error)
      const ms = performance.now() - started
      longest = Math.max(longest, ms)
      const captured = graph.requests.splice(0)
      const fault =
        answer instanceof Error
          ? answer.message
          : (faultOf(request, answer) ??
            upstreamFault(request, captured, [gateway.key, gateway.adminKey]) ??
            (ms > LONGEST_MS ? `${Math.round(ms)} ms` : null))
      if (fault) faults.push(`seed ${SEED + index}: ${request.what}: ${fault.slice(0, 400)}`)
      const status = answer instanceof Error ? -1 : (answer?.status ?? 0)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    const after = await gateway.memory()
    const mb = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
    console.info(
      `FUZZ_SEED=${SEED} FUZZ_COUNT=${COUNT}: ${[...statuses]
        .sort()
        .map(([status, count]) => `${count} × ${status}`)
        .join(', ')}; ` +
        `longest ${Math.round(longest)} ms; held ${mb(before.held)} → ${mb(after.held)} MB, RSS ${mb(before.rss)} → ${mb(after.rss)} MB`,
    )
    expect(faults).toEqual([])
    expect(ends).toEqual([])
    expect(after.held - before.held).toBeLessThan(HELD_BYTES)
    expect(await good(gateway.url, gateway.key)).toBe(200)
    expect(graph.requests.map(({ method, url, headers }) => [method, url, headers.authorization])).toEqual([
      ['POST', `/v24.0/${NUMBER}/messages`, `Bearer ${TOKEN}`],
    ])
  },
  COUNT * 100 + 60_000,
)

test('numbers beyond all sense in a signed webhook hide nothing that stands beside them', async () => {
  await using pair = await gatewayProcess()
  const { gateway } = pair
  const message = (id: string, timestamp: unknown) => ({
    id,
    timestamp,
    from: '15551234567',
    type: 'text',
    text: { body: 'x' },
  })
  for (const timestamp of ['9007199254740991', '9007199255', '253402300799', 1e300, '1e15', -0, '0x7fffffffffffff']) {
    const statuses = [{ id: 'wamid.S', status: 'sent', timestamp, recipient_id: '15551234567' }]
    const value = {
      metadata: { phone_number_id: NUMBER },
      messages: [message(`wamid.${timestamp}`, timestamp)],
      statuses,
    }
    expect(await webhook(gateway.url, value)).toBe(200)
  }
  expect(await gateway.webhooks()).toEqual({ processed: 7 })
})

async function webhook(url: string, value: object): Promise<number> {
  const body = JSON.stringify({ object: 'x', entry: [{ id: ACCOUNT, changes: [{ field: 'messages', value }] }] })
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
  const answer = await fetch(`${url}/webhooks/meta`, {
    method: 'POST',
    headers: { 'x-hub-signature-256': signature },
    body,
  })
  await answer.arrayBuffer()
  return answer.status
}

/** A client that reads nothing before it has sent everything, as many do. */
function sendThenRead(url: string, request: Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname).on('error', reject).pause()
    let received = ''
    socket.on('close', () => resolve(received))
    socket.write(request, () => {
      setTimeout(() => socket.on('data', (chunk) => (received += chunk.toString('latin1'))).resume(), 100)
    })
  })
}

test.each([
  ['no key', '', 401],
  ['too large a body', 'x-api-key: KEY\r\n', 413],
])('a refusal for %s in the middle of an upload can be read after it', async (_what, header, status) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const body = Buffer.alloc(12 * 1024 * 1024, 0x20)
  const head = `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n`
  const request = `${head}${header.replace('KEY', gateway.api_key)}content-length: ${body.length}\r\n\r\n`
  const answer = await sendThenRead(gateway.url, Buffer.concat([Buffer.from(request), body]))
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]+{"error":".+"}$`))
})

/** What a send may carry that its sender did not mean. `goesUp`: the bytes reach Meta untouched. */
const SENDS: Array<[what: string, body: string, status: number, goesUp: boolean]> = [
  ['a recipient given twice', '{"to":"15551234567","to":"15557654321","type":"text"}', 400, false],
  [
    'callback data given twice',
    '{"to":"15551234567","biz_opaque_callback_data":"a","biz_opaque_callback_data":"b"}',
    400,
    false,
  ],
  [
    'a member given twice that is Meta’s alone',
    '{"to":"15551234567","text":{"body":"a"},"text":{"body":"b"}}',
    200,
    false,
  ],
  // Ours does not fit beside it, so the message goes up as it came and cannot be traced.
  [
    'callback data of 512 characters',
    JSON.stringify({ to: '15551234567', type: 'text', biz_opaque_callback_data: 'x'.repeat(512) }),
    200,
    true,
  ],
  ['callback data that is no text', '{"to":"15551234567","type":"text","biz_opaque_callback_data":7}', 200, true],
]

test.each(SENDS)('a send with %s', async (_what, body, status, goesUp) => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  graph.requests.length = 0
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body)
  expect(answer.status, answer.text).toBe(status)
  expect(graph.requests).toHaveLength(status === 200 ? 1 : 0)
  if (goesUp) expect(graph.requests[0]?.body.toString()).toBe(body)
})

test('an Idempotency-Key over 255 characters is refused by a 400 that names the limit', async () => {
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({ graphUrl: graph.url })
  const headers = { 'x-api-key': gateway.api_key, 'idempotency-key': 'x'.repeat(256) }
  const body = { to: '15551234567', type: 'text', text: { body: 'x' } }
  const answer = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body, headers)
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('255')])
})
