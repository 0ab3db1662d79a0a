import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../../src/lib/clock.ts'
import { openStore } from '../../../src/store/open.ts'
import { startCapturingGraph } from '../../support/capturing-graph.ts'
import { startCommitDelay } from '../../support/commit-delay.ts'
import { ensureDatabase, startPostgres } from '../../support/postgres-server.ts'
import { sendTexts } from '../../support/send-texts.ts'
import { NUMBER, startGateway } from '../../support/start-gateway.ts'
import { eventually } from '../../support/start-pair.ts'

test('a database that crashes under load: 503 meanwhile, no answered send lost, none doubled, soon well again', async () => {
  await using server = await startPostgres()
  await using graph = await startCapturingGraph()
  const DATABASE_URL = await ensureDatabase(server.url('postgres'), 'crashing')
  await using gateway = await startGateway({
    graphUrl: graph.url,
    env: { DATABASE_URL, FAIRLEAD_MASTER_KEY: randomBytes(32).toString('base64') },
  })
  const load = sendTexts({ urls: [{ url: gateway.url, key: gateway.api_key }], number: NUMBER })
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const away: Array<{ from: number; until: number }> = []
  for (let crash = 0; crash < 3; crash += 1) {
    await pause(400)
    const from = performance.now()
    await server.crash()
    await pause(300)
    for (const path of ['/platform/v1/whatsapp/phone_numbers', '/health/ready', '/webhooks/meta/unheard-of']) {
      const answer = await gateway.call(path.startsWith('/webhooks') ? 'POST' : 'GET', path)
      expect([answer.status, answer.headers.get('retry-after')], path).toEqual([503, '1'])
      expect(answer.json).toEqual({ error: 'The database cannot be reached. Try again shortly.' })
    }
    await server.start()
    away.push({ from, until: performance.now() })
  }
  await pause(2_500)
  const sent = await load.stop()

  // Between crashes everything is answered with 200 again, at the latest two seconds after the database is back.
  const last = away.at(-1)?.until ?? 0
  expect(sent.filter(({ at, ms, status }) => at - ms > last + 2_000 && status !== 200)).toEqual([])
  expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200, 503]))
  for (const { status, retryAfter, ms } of sent) {
    if (status === 503) expect(retryAfter).toBe('1')
    expect(ms).toBeLessThan(10_000)
  }
  const marks = graph.requests.filter(({ method }) => method === 'POST').map(({ body }) => textOf(body))
  expect(new Set(marks).size).toBe(marks.length)
  const accepted = sent.filter(({ status }) => status === 200).map(({ mark }) => mark)
  expect(accepted.length).toBeGreaterThan(50)
  const { db } = gateway.context.store
  const lost = await eventually(async () => {
    const rows = await db.query.selectFrom('sends').select('body').where('state', '=', 'accepted').execute()
    const stored = new Set(rows.map(({ body }) => textOf(body)))
    return accepted.every((mark) => stored.has(mark)) && { rows: rows.length, distinct: stored.size }
  })
  expect(lost.rows).toBe(lost.distinct)
}, 90_000)

const textOf = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString()).text.body as string

test('an intent that was committed without our hearing of it is not sent, and holds up neither its key nor its recipient', async () => {
  const server = process.env.TEST_POSTGRES ?? ''
  const url = await ensureDatabase(server, `unconfirmed_${randomBytes(4).toString('hex')}`)
  await using delay = await startCommitDelay(url, { marks: /-/g, ms: 300 })
  await using graph = await startCapturingGraph()
  await using gateway = await startGateway({
    graphUrl: graph.url,
    env: { DATABASE_URL: delay.url, FAIRLEAD_MASTER_KEY: randomBytes(32).toString('base64') },
  })
  const send = () =>
    gateway.call(
      'POST',
      `${gateway.meta}/${NUMBER}/messages`,
      { to: '15551234567', type: 'text', text: { body: 'Hello' } },
      { 'x-api-key': gateway.api_key, 'idempotency-key': 'k' },
    )
  const { db } = gateway.context.store
  const states = async () => (await db.query.selectFrom('sends').select('state').execute()).map(({ state }) => state)
  const posts = () => graph.requests.filter(({ method }) => method === 'POST').length
  const unconfirmed = send()
  await eventually(async () => (await states()).length === 1)
  delay.cut()
  expect([(await unconfirmed).status, posts()]).toEqual([503, 0])
  await eventually(async () => (await states().catch(() => []))[0] === 'not_sent')
  expect([(await send()).status, posts()]).toEqual([200, 1])
})

test('a database that cannot be used stops the start with one line that says why and hides the password', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-unreachable-'))
  const open = (databaseUrl: string) => openStore({ dataDir, databaseUrl, clock: systemClock, random: randomBytes })
  const present = new URL(process.env.TEST_POSTGRES ?? '')
  const missing = new URL(present)
  missing.pathname = '/not-there'
  for (const [url, why] of [
    ['postgres://someone:pass-word@127.0.0.1:1/fairlead', /the database fairlead at 127\.0\.0\.1:1 .*ECONNREFUSED/],
    [missing.href, /"not-there" does not exist/],
    ['postgres://someone:pass-word%zz@127.0.0.1:1/fairlead', /at 127\.0\.0\.1:1 cannot be reached/],
  ] as const) {
    const failure = await open(url).catch((error) => error)
    expect([failure.name, failure.message]).toEqual(['StartError', expect.stringMatching(why)])
    expect(failure.message).toMatch(/^DATABASE_URL: [^\n]+\.$/)
    expect(failure.message).not.toMatch(/pass-word|secret-of-the-database/)
  }
  rmSync(dataDir, { recursive: true })
})
