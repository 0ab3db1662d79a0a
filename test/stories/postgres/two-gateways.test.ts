import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { saveMetaApp } from '../../../src/access/save-meta-app.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { ensureProject } from '../../../src/store/commands/ensure-project.ts'
import { openStore } from '../../../src/store/open.ts'
import { startCapturingGraph } from '../../support/capturing-graph.ts'
import { engineSettings } from '../../support/engine.ts'
import { metaSays, statusOf } from '../../support/meta-says.ts'
import { sendTexts } from '../../support/send-texts.ts'
import { NUMBER, startGateway } from '../../support/start-gateway.ts'
import { startGatewayProcess } from '../../support/start-gateway-process.ts'
import { eventually } from '../../support/start-pair.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'fairlead-two-'))

test('starts that race bring the tables up to date once, and what they make twice is there once', async () => {
  const dataDir = folder()
  const { DATABASE_URL: databaseUrl = null } = await engineSettings(dataDir)
  const open = () => openStore({ dataDir, databaseUrl, clock: systemClock, random: randomBytes })
  const stores = await Promise.all([open(), open(), open(), open()])
  const projects = await Promise.all(stores.map(({ write }) => write(ensureProject, { name: 'default' })))
  expect(new Set(projects.map(({ id }) => id)).size).toBe(1)
  await Promise.all(stores.map((store) => store.close()))
  rmSync(dataDir, { recursive: true })
})

test('two gateways send from one database; one is killed, the other goes on, nothing goes up twice', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const first = await startGatewayProcess(graph.url, dataDir)
  const second = await startGatewayProcess(graph.url, dataDir)
  const load = sendTexts({ urls: [first, second], number: NUMBER })
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  first.child.kill('SIGKILL')
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  const sent = await load.stop()
  second.child.kill('SIGKILL')
  const last = await startGatewayProcess(graph.url, dataDir, { minutes: 3 })
  const states = await last.states()
  last.child.kill('SIGKILL')
  rmSync(dataDir, { recursive: true })

  const ofSecond = sent.filter(({ mark }) => Number(mark.split('-')[0]) % 2 === 1)
  expect(ofSecond.length).toBeGreaterThan(20)
  expect(new Set(ofSecond.map(({ status }) => status))).toEqual(new Set([200]))
  const marks = graph.requests.filter(({ method }) => method === 'POST').map(({ body }) => textOf(body))
  expect(new Set(marks).size).toBe(marks.length)
  const accepted = sent.filter(({ status }) => status === 200)
  expect(states.intent ?? 0).toBe(0)
  expect(states.accepted ?? 0).toBeGreaterThanOrEqual(accepted.length)
  expect(states.in_doubt ?? 0).toBeLessThanOrEqual(4)
}, 60_000)

test('two gateways send to one recipient: one message at a time, whichever sends it, and all of them', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const start = () => startGateway({ graphUrl: graph.url, env: { FAIRLEAD_DATA_DIR: dataDir } })
  await using first = await start()
  await using second = await start()
  let inFlight = 0
  let most = 0
  graph.answers(async (request) => {
    inFlight += 1
    most = Math.max(most, inFlight)
    await new Promise((resolve) => setTimeout(resolve, 20))
    inFlight -= 1
    return graph.accept(request)
  })
  const marks = Array.from({ length: 24 }, (_, index) => String(index))
  const answers = await Promise.all(
    marks.map((body, index) => {
      const gateway = index % 2 === 0 ? first : second
      const text = { to: '15551234567', type: 'text', text: { body } }
      return gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
    }),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  const sent = graph.requests.filter(({ method }) => method === 'POST')
  expect(sent.map(({ body }) => textOf(body)).toSorted()).toEqual(marks.toSorted())
  expect(most).toBe(1)
  rmSync(dataDir, { recursive: true })
}, 60_000)

test('what is in doubt at one gateway is not sent by the other: its client gets the wamid when a status tells', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const start = () => startGateway({ graphUrl: graph.url, env: { FAIRLEAD_DATA_DIR: dataDir } })
  await using first = await start()
  const say = await metaSays(first)
  await using second = await start()
  const text = { to: '15551234567', type: 'text', text: { body: 'Hello' } }
  const ask = (gateway: typeof first) => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, text)
  graph.answers('reset')
  expect((await ask(first)).json.code).toBe('outcome_in_doubt')
  graph.answers(graph.accept)
  const lost = graph.requests.at(-1)
  const repeat = ask(second)
  await new Promise((resolve) => setTimeout(resolve, 300))
  await say(statusOf(lost, 'wamid.FOUND'))
  expect((await repeat).json).toMatchObject({ messages: [{ id: 'wamid.FOUND' }] })
  expect(graph.requests.at(-1)).toBe(lost)
  rmSync(dataDir, { recursive: true })
}, 60_000)

test('what one gateway is at, the other does not take for orphaned: neither a send on its way nor a key that waits', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const start = () => startGateway({ graphUrl: graph.url, env: { FAIRLEAD_DATA_DIR: dataDir } })
  await using first = await start()
  await using second = await start()
  const ask = (gateway: typeof first, body: string) =>
    gateway.call(
      'POST',
      `${gateway.meta}/${NUMBER}/messages`,
      { to: '15551234567', type: 'text', text: { body } },
      { 'x-api-key': gateway.api_key, 'idempotency-key': body },
    )
  const gate = Promise.withResolvers<void>()
  graph.answers(async (request) => {
    await gate.promise
    return graph.accept(request)
  })
  const ahead = ask(first, 'ahead')
  await eventually(async () => graph.requests.some(({ method }) => method === 'POST'))
  const waiting = ask(first, 'waiting')
  // Long enough for both to have looked for what nobody is at, more than once.
  await new Promise((resolve) => setTimeout(resolve, 2_500))
  const states = await second.context.store.db.query.selectFrom('sends').select('state').execute()
  expect(states).toEqual([{ state: 'intent' }])
  for (const body of ['ahead', 'waiting']) {
    expect((await ask(second, body)).json.code).toBe('idempotency_key_in_use')
  }
  gate.resolve()
  expect([(await ahead).status, (await waiting).status]).toEqual([200, 200])
  expect(graph.requests.filter(({ method }) => method === 'POST')).toHaveLength(2)
  rmSync(dataDir, { recursive: true })
}, 60_000)

test('a gateway that was taken for ended has lost its keys: what was waiting there does not go out as well', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const start = () => startGateway({ graphUrl: graph.url, env: { FAIRLEAD_DATA_DIR: dataDir } })
  await using first = await start()
  await using second = await start()
  const ask = (gateway: typeof first, body: string) =>
    gateway.call(
      'POST',
      `${gateway.meta}/${NUMBER}/messages`,
      { to: '15551234567', type: 'text', text: { body } },
      { 'x-api-key': gateway.api_key, 'idempotency-key': body },
    )
  const gate = Promise.withResolvers<void>()
  graph.answers(async (request) => {
    await gate.promise
    return graph.accept(request)
  })
  const ahead = ask(first, 'ahead')
  await eventually(async () => graph.requests.some(({ method }) => method === 'POST'))
  const waiting = ask(first, 'waiting')
  const takenOver = await eventually(async () => {
    // As after a while in which nothing was heard of either. Both say soon that they are alive.
    await sql`update processes set alive_until = 0`.execute(first.context.store.db.query)
    const answer = ask(second, 'waiting')
    const refused = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 300))])
    return !refused && { answer }
  })
  gate.resolve()
  expect([(await ahead).status, (await takenOver.answer).status]).toEqual([200, 200])
  expect((await waiting).json.code).toBe('idempotency_key_in_use')
  const sent = graph.requests.filter(({ method }) => method === 'POST').map(({ body }) => textOf(body))
  expect(sent.toSorted()).toEqual(['ahead', 'waiting'])
  rmSync(dataDir, { recursive: true })
}, 60_000)

test('what Meta tells both gateways is stored once, in the order in which it came', async () => {
  await using graph = await startCapturingGraph()
  const dataDir = folder()
  const start = () => startGateway({ graphUrl: graph.url, env: { FAIRLEAD_DATA_DIR: dataDir } })
  await using first = await start()
  const project = await first.context.store.write(ensureProject, { name: 'default' })
  await saveMetaApp(first.context, project.id, { slug: 'default', app_secret: 's', verify_token: 't' })
  await using second = await start()
  const post = (gateway: typeof first, index: number) => {
    const body = inbound(index)
    const signature = `sha256=${createHmac('sha256', 's').update(body).digest('hex')}`
    return gateway.call('POST', '/webhooks/meta', body, { 'x-hub-signature-256': signature })
  }
  for (let index = 0; index < 40; index += 1) {
    const answers = await Promise.all([post(first, index), post(second, index)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  }
  await Promise.all([first.context.understood(), second.context.understood()])

  const { db } = second.context.store
  const messages = await db.query.selectFrom('messages').select('wamid').orderBy('id').execute()
  expect(messages.map(({ wamid }) => wamid)).toEqual(Array.from({ length: 40 }, (_, index) => `wamid.${index}`))
  const raw = await db.query.selectFrom('raw_webhooks').select('state').execute()
  expect(raw.map(({ state }) => state)).toEqual(Array.from({ length: 80 }, () => 'processed'))
  const conversations = await db.query.selectFrom('conversations').select('messages_count').execute()
  expect(conversations).toEqual([{ messages_count: 40 }])
  rmSync(dataDir, { recursive: true })
}, 60_000)

const textOf = (body: Buffer) => JSON.parse(body.toString()).text.body as string

const inbound = (index: number) =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102290129340398',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: NUMBER },
              contacts: [{ profile: { name: 'A\u0000nn' }, wa_id: '5511999990000' }],
              messages: [
                {
                  from: '5511999990000',
                  id: `wamid.${index}`,
                  timestamp: '1760000000',
                  type: 'text',
                  text: { body: 'x' },
                },
              ],
            },
          },
        ],
      },
    ],
  })
