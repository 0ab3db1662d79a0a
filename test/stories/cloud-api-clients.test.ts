import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server'
import { expect, test } from 'vitest'
import { WhatsAppAPI } from 'whatsapp-api-js'
import {
  ActionButtons,
  ActionCatalog,
  ActionCTA,
  ActionList,
  ActionLocation,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  Contacts,
  Document,
  Image,
  Interactive,
  ListSection,
  Location,
  Name,
  Phone,
  Reaction,
  Row,
  Template,
  Text,
} from 'whatsapp-api-js/messages'
import {
  ACCOUNT,
  APP_SECRET,
  NUMBER,
  startSimulatedMeta,
  TOKEN,
  VERIFY_TOKEN,
} from '../support/start-simulated-meta.ts'

const CUSTOMER = '15551234567'
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

// Clients that were written against Meta itself. Nothing of them is changed but the address they call.

/** whatsapp-api-js has no setting for its address, so its `fetch` puts ours in Meta's place. */
function whatsappApiJs(url: string): WhatsAppAPI<number> {
  return new WhatsAppAPI<number>({
    token: TOKEN,
    appSecret: APP_SECRET,
    webhookVerifyToken: VERIFY_TOKEN,
    v: 'v24.0',
    ponyfill: {
      fetch: (input, init) => fetch(String(input).replace('https://graph.facebook.com', url), init),
      subtle: crypto.subtle,
    },
  })
}

test('whatsapp-api-js sends every kind it has, and all of it is on the phone in order', async () => {
  await using meta = await startSimulatedMeta()
  await meta.subscribe()
  const client = whatsappApiJs(meta.url)
  const { json: hello } = await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Hi' } })
  const form = new FormData()
  form.set('file', new File([PNG], 'photo.png', { type: 'image/png' }))
  const uploaded = await client.uploadMedia(NUMBER, form)
  const photo = 'id' in uploaded ? uploaded.id : ''
  const messages = [
    new Text('Hello!'),
    new Image(photo, true, 'Look'),
    new Document('https://example.com/a.pdf', false, 'Read', 'a.pdf'),
    new Location(-46.65, -23.56, 'Paulista'),
    new Contacts([new Name('Ana Silva', 'Ana'), new Phone('+15551234567', 'HOME', '15551234567')]),
    new Interactive(new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No')), new Body('Confirm?')),
    new Interactive(
      new ActionList('Choose', new ListSection('Menu', new Row('1', 'One', 'first'), new Row('2', 'Two'))),
      new Body('What will it be?'),
    ),
    new Interactive(new ActionCTA('Open', 'https://example.com'), new Body('See')),
    new Interactive(new ActionLocation(), new Body('Where are you?')),
    new Interactive(new ActionCatalog(), new Body('Our goods')),
    new Template('order_ready_named', 'en_US', new BodyComponent(new BodyParameter('ORDER-123', 'order_id'))),
    new Reaction(hello.id, '👍'),
  ]
  for (const message of messages) {
    const answer = await client.sendMessage(NUMBER, CUSTOMER, message, undefined, 'mine')
    expect(answer).toMatchObject({
      messaging_product: 'whatsapp',
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
  }
  expect(await client.markAsRead(NUMBER, hello.id, 'text')).toEqual({ success: true })
  await meta.advance(5000)

  const { messages: shown } = await meta.phone(CUSTOMER)
  expect(shown.map(({ type }: { type: string }) => type)).toEqual([
    'text',
    'text',
    'image',
    'document',
    'location',
    'contacts',
    ...Array.from({ length: 5 }, () => 'interactive'),
    'template',
  ])
  expect(shown[0].reactions).toEqual({ business: '👍' })
  expect(shown[2].media).toMatchObject([{ id: photo, size: PNG.length }])
  expect(shown[11].rendered.body).toBe('Your order ORDER-123 is ready for pickup.')
})

test('whatsapp-api-js keeps media, and takes it down again', async () => {
  await using meta = await startSimulatedMeta()
  const client = whatsappApiJs(meta.url)
  const form = new FormData()
  form.set('file', new File([PNG], 'photo.png', { type: 'image/png' }))
  const uploaded = await client.uploadMedia(NUMBER, form)
  const id = 'id' in uploaded ? uploaded.id : ''
  const about = await client.retrieveMedia(id, NUMBER)
  expect(about).toMatchObject({ mime_type: 'image/png', file_size: PNG.length, id })
  const file = await client.fetchMedia('url' in about ? about.url : '')
  expect(Buffer.from(await file.arrayBuffer())).toEqual(PNG)
  expect(await client.deleteMedia(id)).toEqual({ success: true })
  expect(await client.retrieveMedia(id)).toMatchObject({ error: { code: 100, error_subcode: 33 } })
})

test('whatsapp-api-js verifies the callback and every webhook with its own code', async () => {
  let client: WhatsAppAPI<number> | undefined
  await using meta = await startSimulatedMeta({
    handshake: (query) => client?.get(Object.fromEntries(query) as Parameters<typeof client.get>[0]) ?? '',
  })
  client = whatsappApiJs(meta.url)
  const seen: unknown[] = []
  client.on.message = ({ message, name }) => seen.push([name, message.type])
  client.on.status = ({ status }) => seen.push(status)
  expect((await meta.subscribe()).json).toMatchObject({ verified: true })
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Olá / 👋' }, name: 'Ana' })
  await client.sendMessage(NUMBER, CUSTOMER, new Text('Hello!'))
  await meta.advance(5000)

  expect(meta.received).toHaveLength(4)
  for (const { raw, signature } of meta.received) await client.post(JSON.parse(raw), raw, signature)
  expect(seen).toEqual([['Ana', 'text'], 'sent', 'delivered', 'read'])
  const [first] = meta.received
  await expect(client.post(JSON.parse(first?.raw ?? ''), `${first?.raw} `, first?.signature ?? '')).rejects.toThrow()
})

/** Kapso's client as Meta's: an access token instead of an API key. */
function kapso(url: string): WhatsAppClient {
  return new WhatsAppClient({ baseUrl: url, accessToken: TOKEN, graphVersion: 'v24.0' })
}

test('Kapso’s client sends, uploads, and reads numbers and templates straight from the simulated Meta', async () => {
  await using meta = await startSimulatedMeta()
  const { messages, media, templates } = kapso(meta.url)
  const frame = { phoneNumberId: NUMBER, to: CUSTOMER }
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Hi' } })
  const { id } = await media.upload({
    phoneNumberId: NUMBER,
    type: 'image/png',
    file: new Blob([PNG], { type: 'image/png' }),
    fileName: 'photo.png',
  })
  const sent = [
    await messages.sendText({ ...frame, body: 'Hello!' }),
    await messages.sendImage({ ...frame, image: { id, caption: 'Look' } }),
    await messages.sendInteractiveButtons({ ...frame, bodyText: 'Confirm?', buttons: [{ id: 'yes', title: 'Yes' }] }),
    await messages.sendTemplate({
      ...frame,
      template: {
        name: 'order_ready_named',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters: [{ type: 'text', parameterName: 'order_id', text: 'ORDER-123' }] }],
      },
    }),
  ]
  expect(sent.every((answer) => answer.messages[0]?.id.startsWith('wamid.'))).toBe(true)
  expect(await media.get({ mediaId: id, phoneNumberId: NUMBER })).toMatchObject({ id, mimeType: 'image/png' })
  expect(
    Buffer.from((await media.download({ mediaId: id, phoneNumberId: NUMBER, auth: 'always' })) as ArrayBuffer),
  ).toEqual(PNG)
  await meta.advance(5000)
  expect((await meta.phone(CUSTOMER)).messages).toHaveLength(5)

  const created = await templates.create({
    businessAccountId: ACCOUNT,
    name: 'welcome_back',
    language: 'en_US',
    category: 'MARKETING',
    components: [{ type: 'BODY', text: 'Welcome back to our shop.' }],
  })
  expect(created).toMatchObject({ status: 'PENDING', category: 'MARKETING' })
  await meta.advance(5000)
  const listed = await templates.list({ businessAccountId: ACCOUNT, name: 'welcome_back' })
  expect(listed.data).toMatchObject([{ name: 'welcome_back', status: 'APPROVED' }])
  expect(await templates.delete({ businessAccountId: ACCOUNT, name: 'welcome_back' })).toEqual({ success: true })
  expect((await templates.list({ businessAccountId: ACCOUNT })).data).toHaveLength(2)
})

test('Kapso’s verifier accepts every webhook and no other, and its reader understands them', async () => {
  await using meta = await startSimulatedMeta()
  await meta.subscribe()
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Olá / 👋' } })
  await kapso(meta.url).messages.sendText({ phoneNumberId: NUMBER, to: CUSTOMER, body: 'Hello!' })
  await meta.advance(5000)
  expect(meta.received).toHaveLength(4)
  for (const { raw, signature } of meta.received) {
    expect(verifySignature({ appSecret: APP_SECRET, rawBody: raw, signatureHeader: signature })).toBe(true)
    expect(verifySignature({ appSecret: APP_SECRET, rawBody: `${raw} `, signatureHeader: signature })).toBe(false)
    expect(verifySignature({ appSecret: 'other', rawBody: raw, signatureHeader: signature })).toBe(false)
  }
  const read = meta.received.map(({ raw }) => normalizeWebhook(JSON.parse(raw)))
  expect(read.flatMap(({ messages }) => messages.map(({ type }) => type))).toEqual(['text'])
  expect(read.flatMap(({ statuses }) => statuses.map(({ status }) => status))).toEqual(['sent', 'delivered', 'read'])
})

test('a refusal reaches each client as Meta’s', async () => {
  await using meta = await startSimulatedMeta()
  const template = { name: 'no_such_template', language: { code: 'en_US' } }
  await expect(
    kapso(meta.url).messages.sendTemplate({ phoneNumberId: NUMBER, to: CUSTOMER, template }),
  ).rejects.toMatchObject({ code: 132001, httpStatus: 404 })
  const answer = await whatsappApiJs(meta.url).sendMessage(NUMBER, CUSTOMER, new Template('no_such_template', 'en_US'))
  expect(answer).toMatchObject({ error: { code: 132001 } })
})
