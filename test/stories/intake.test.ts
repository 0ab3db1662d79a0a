import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { saveMetaApp } from '../../src/access/save-meta-app.ts'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { ACCOUNT, NUMBER, startGateway, type TestGateway } from '../support/start-gateway.ts'

const SECRET = 'an-app-secret'
const HOOK = '/webhooks/meta'

async function gatewayWithApp() {
  const graph = await startCapturingGraph()
  const gateway = await startGateway({ graphUrl: graph.url, simulated: true })
  const number = await gateway.context.numbers.byPhoneNumberId(NUMBER)
  await saveMetaApp(gateway.context, number?.project_id ?? 0, {
    slug: 'default',
    app_secret: SECRET,
    verify_token: 'tok',
  })
  return {
    graph,
    gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    },
  }
}

const signed = (body: string | Buffer) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`

async function post(gateway: TestGateway, body: string, headers: Record<string, string> = {}) {
  const answer = await gateway.call('POST', HOOK, body, { 'x-hub-signature-256': signed(body), ...headers })
  await gateway.context.understood()
  return answer
}

const webhook = (...values: object[]) =>
  JSON.stringify({
    object: 'whatsapp_business_account',
    entry: values.map((value) => ({
      id: ACCOUNT,
      changes: [
        {
          field: 'messages',
          value: { messaging_product: 'whatsapp', metadata: { phone_number_id: NUMBER }, ...value },
        },
      ],
    })),
  })

const says = (id: string, from = '15551234567', timestamp = Math.floor(Date.now() / 1000)) => ({
  contacts: [{ wa_id: from, profile: { name: 'Marta' } }],
  messages: [{ id, from, timestamp: String(timestamp), type: 'text', text: { body: 'Hi' } }],
})

test('the handshake gives the challenge back, and nothing else', async () => {
  await using pair = await gatewayWithApp()
  const ask = (query: string) => pair.gateway.call('GET', `${HOOK}?${query}`, undefined, {})
  const good = await ask('hub.mode=subscribe&hub.verify_token=tok&hub.challenge=1158201444')
  expect([good.status, good.text, good.headers.get('content-type')]).toEqual([
    200,
    '1158201444',
    'text/plain; charset=utf-8',
  ])
  for (const query of [
    'hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1',
    'hub.mode=unsubscribe&hub.verify_token=tok&hub.challenge=1',
    'hub.mode=subscribe&hub.verify_token=tok',
    'hub.mode=subscribe&hub.verify_token=tok&hub.challenge=%3Cscript%3E',
    'hub.mode=subscribe&hub.verify_token=tok&hub.challenge=1%0d%0aX:%20y',
    'hub.verify_token=tok&hub.verify_token=tok&hub.mode=subscribe&hub.challenge=1',
    '',
  ]) {
    expect((await ask(query)).status, query).toBe(403)
  }
})

test('only what is signed over its very bytes is taken', async () => {
  await using pair = await gatewayWithApp()
  const { gateway } = pair
  const body = '{"object":"whatsapp_business_account","entry":[ ],"x":"\\u00e9 \\/"}'
  const good = signed(body)
  for (const header of [
    '',
    'sha256=',
    good.slice(7),
    good.replace('sha256', 'sha1'),
    good.slice(0, -1),
    `${good}0`,
    `${good}, ${good}`,
    `sha256=${'z'.repeat(64)}`,
    'x'.repeat(10_000),
    signed(JSON.stringify(JSON.parse(body))),
  ]) {
    const answer = await gateway.call('POST', HOOK, body, { 'x-hub-signature-256': header })
    expect(answer.status, header.slice(0, 80)).toBe(401)
  }
  expect((await gateway.call('POST', HOOK, body, {})).status).toBe(401)
  const { db } = gateway.context.store
  expect(await db.query.selectFrom('raw_webhooks').selectAll().execute()).toEqual([])

  expect((await gateway.call('POST', HOOK, body, { 'x-hub-signature-256': good })).status).toBe(200)
  const [row] = await db.query.selectFrom('raw_webhooks').selectAll().execute()
  expect(Buffer.from(row?.body ?? '').toString()).toBe(body)
})

test('too large, compressed, or for no app: refused as documented', async () => {
  await using pair = await gatewayWithApp()
  const { gateway } = pair
  expect((await post(gateway, 'x'.repeat(3 * 1024 * 1024 + 64 * 1024 + 1))).status).toBe(413)
  expect((await post(gateway, webhook(), { 'content-encoding': 'gzip' })).status).toBe(415)
  const body = webhook()
  expect((await gateway.call('POST', `${HOOK}/none`, body, { 'x-hub-signature-256': signed(body) })).status).toBe(503)
})

test('signed nonsense is acknowledged and kept, and hides nothing', async () => {
  await using pair = await gatewayWithApp()
  const { gateway } = pair
  const { db } = gateway.context.store
  for (const body of [
    'nonsense',
    '[]',
    '{"object":"x"}',
    '{"object":"x","entry":[null,{"changes":7}]}',
    webhook({ messages: 'none' }),
  ]) {
    expect((await post(gateway, body)).status).toBe(200)
  }
  const mixed = webhook(
    {
      messages: [null, { id: 'wamid.bad' }, ...says('wamid.GOOD').messages],
      contacts: [7, ...says('').contacts],
      statuses: [{}],
    },
    { metadata: {} },
    says('wamid.OTHER'),
  )
  expect((await post(gateway, mixed)).status).toBe(200)
  const rows = await db.query.selectFrom('messages').select('wamid').orderBy('id').execute()
  expect(rows.map(({ wamid }) => wamid)).toEqual(['wamid.GOOD', 'wamid.OTHER'])
  const raw = await db.query.selectFrom('raw_webhooks').select('state').execute()
  expect(raw.map(({ state }) => state)).toEqual(Array(6).fill('processed'))
})

test('a message becomes a contact, a conversation and an open window; a repeat changes nothing', async () => {
  await using pair = await gatewayWithApp()
  const { gateway } = pair
  const { db } = gateway.context.store
  const send = () =>
    gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, {
      to: '+1 555 123 4567',
      type: 'text',
      text: { body: 'x' },
    })
  expect((await send()).status).toBe(422)
  const said = says('wamid.A')
  for (let time = 0; time < 3; time += 1) await post(gateway, webhook(said))
  expect((await send()).status).toBe(200)
  const [contact] = await db.query.selectFrom('contacts').selectAll().execute()
  expect(contact).toMatchObject({ wa_id: '15551234567', profile_name: 'Marta' })
  const conversations = await db.query.selectFrom('conversations').selectAll().execute()
  expect(conversations).toMatchObject([{ status: 'active', messages_count: 2, contact: contact?.id }])
  const [message] = await db.query.selectFrom('messages').selectAll().orderBy('id').execute()
  expect(JSON.parse(message?.payload ?? '')).toEqual(said.messages[0])
  const number = await gateway.call('GET', `/platform/v1/whatsapp/phone_numbers/${NUMBER}`)
  expect((number.json.data as { webhook_verified_at: string }).webhook_verified_at).toMatch(/^\d{4}-.*Z$/)
})

test('the window counts from the message’s own time, and an older message does not shorten it', async () => {
  await using pair = await gatewayWithApp()
  const { gateway } = pair
  const now = Math.floor(Date.now() / 1000)
  const send = async (to: string) =>
    (await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, { to, type: 'text', text: { body: 'x' } })).status
  await post(gateway, webhook(says('wamid.OLD', '15550000001', now - 24 * 3600 - 5)))
  expect(await send('15550000001')).toBe(422)
  await post(gateway, webhook(says('wamid.NEW', '15550000001', now - 10)))
  await post(gateway, webhook(says('wamid.OLDER', '15550000001', now - 24 * 3600 - 50)))
  expect(await send('15550000001')).toBe(200)
  // Brazil: customers' ids come without the ninth digit, people type it.
  await post(gateway, webhook(says('wamid.BR', '551187654321', now)))
  expect(await send('+55 11 98765-4321')).toBe(200)
})

test('statuses are a set: early, repeated and out of order they give the same result, and our id stays with us', async () => {
  await using pair = await gatewayWithApp()
  const { gateway, graph } = pair
  const { db } = gateway.context.store
  const status = (name: string, timestamp: number, extra: object = {}) =>
    webhook({
      statuses: [
        { id: 'wamid.TEST1', status: name, timestamp: String(timestamp), recipient_id: '15551234567', ...extra },
      ],
    })
  await post(gateway, webhook(says('wamid.A')))
  await post(gateway, status('delivered', 1_700_000_002))
  await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, {
    to: '15551234567',
    type: 'text',
    biz_opaque_callback_data: 'order-7',
    text: { body: 'x' },
  })
  const sent = JSON.parse(graph.requests.at(-1)?.body.toString() ?? '{}')
  const echoed = { biz_opaque_callback_data: sent.biz_opaque_callback_data }
  expect(echoed.biz_opaque_callback_data).toMatch(/^fl1\.[0-9a-f]{32}:order-7$/)
  for (const body of [
    status('read', 1_700_000_003, echoed),
    status('sent', 1_700_000_001, echoed),
    status('sent', 1_700_000_001, echoed),
  ]) {
    await post(gateway, body)
  }
  const message = await db.query
    .selectFrom('messages')
    .selectAll()
    .where('direction', '=', 'outbound')
    .executeTakeFirstOrThrow()
  expect(message).toMatchObject({ wamid: 'wamid.TEST1', status: 'read' })
  const history = await db.query
    .selectFrom('statuses')
    .selectAll()
    .where('message', '=', message.id)
    .orderBy('timestamp')
    .execute()
  expect(history.map((row) => row.status)).toEqual(['sent', 'delivered', 'read'])
  expect(JSON.parse(history[0]?.payload ?? '')).toEqual({
    id: 'wamid.TEST1',
    status: 'sent',
    timestamp: '1700000001',
    recipient_id: '15551234567',
    biz_opaque_callback_data: 'order-7',
  })
  expect(await db.query.selectFrom('parked_statuses').selectAll().execute()).toEqual([])
})

test('a send whose answer was lost is proved accepted by a status that carries our id', async () => {
  await using pair = await gatewayWithApp()
  const { gateway, graph } = pair
  const { db } = gateway.context.store
  await post(gateway, webhook(says('wamid.A')))
  graph.answers('reset')
  const lost = await gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, {
    to: '15551234567',
    type: 'text',
    text: { body: 'x' },
  })
  expect(lost.json.code).toBe('outcome_in_doubt')
  const { biz_opaque_callback_data } = JSON.parse(graph.requests.at(-1)?.body.toString() ?? '{}')
  await post(
    gateway,
    webhook({
      statuses: [
        {
          id: 'wamid.LOST',
          status: 'delivered',
          timestamp: '1700000001',
          recipient_id: '15551234567',
          biz_opaque_callback_data,
        },
      ],
    }),
  )
  const [send] = await db.query.selectFrom('sends').selectAll().execute()
  expect(send).toMatchObject({ state: 'accepted', wamid: 'wamid.LOST' })
  const message = await db.query
    .selectFrom('messages')
    .selectAll()
    .where('direction', '=', 'outbound')
    .executeTakeFirst()
  expect(message).toMatchObject({ id: send?.id, wamid: 'wamid.LOST', status: 'delivered' })
})
