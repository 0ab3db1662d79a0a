import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  CATALOG,
  CUSTOMER,
  KEY,
  NUMBER,
  startTestSimulator,
  type TestSimulator,
  TOKEN,
} from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

type Json = Record<string, unknown>
const writes = (message: Json, wa_id = CUSTOMER) =>
  simulator.control('POST', `/customers/${wa_id}/messages`, { phone_number_id: NUMBER, ...message })

async function arrived(wamid: string): Promise<Json> {
  const found = () => simulator.receiver.values('messages').find((message) => message.id === wamid)
  await simulator.receiver.until(() => found() !== undefined)
  return found() ?? {}
}

const media = {
  id: expect.stringMatching(/^\d+$/),
  sha256: expect.stringMatching(/=$/),
  url: expect.stringMatching(/^http/),
}
const order = {
  catalog_id: CATALOG,
  text: '',
  product_items: [{ product_retailer_id: 'SKU_1', quantity: 2, item_price: 30, currency: 'USD' }],
}
const buttonReply = { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } }
const listReply = { type: 'list_reply', list_reply: { id: 'row', title: 'Row', description: 'First' } }
const formReply = { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{"a":1}' } }

test.each<[string, unknown, unknown]>([
  ['text', { body: 'Hi' }, { body: 'Hi' }],
  ['image', { caption: 'Look' }, { caption: 'Look', mime_type: 'image/png', ...media }],
  ['video', {}, { mime_type: 'video/mp4', ...media }],
  ['audio', {}, { mime_type: 'audio/ogg; codecs=opus', voice: true, ...media }],
  ['document', { filename: 'a.txt' }, { filename: 'a.txt', mime_type: 'text/plain', ...media }],
  ['sticker', { animated: true }, { mime_type: 'image/webp', animated: true, ...media }],
  ['location', { latitude: 52.5, longitude: 13.4 }, { latitude: 52.5, longitude: 13.4 }],
  ['contacts', [{ name: { formatted_name: 'Ada' } }], [{ name: { formatted_name: 'Ada' } }]],
  ['button', { text: 'Yes' }, { payload: 'Yes', text: 'Yes' }],
  ['button', { text: 'Yes', payload: 'y' }, { payload: 'y', text: 'Yes' }],
  ['interactive', buttonReply, buttonReply],
  ['interactive', listReply, listReply],
  ['interactive', formReply, formReply],
  ['order', order, order],
  ['reaction', { message_id: 'wamid.x', emoji: '👍' }, { message_id: 'wamid.x', emoji: '👍' }],
  ['reaction', { message_id: 'wamid.x' }, { message_id: 'wamid.x' }],
  ['unsupported', { type: 'edit' }, { type: 'edit' }],
])('a customer’s %s arrives as Meta writes it', async (type, content, arrives) => {
  const said = await writes({ type, [type]: content })
  expect(said.status).toBe(201)
  const beside = type === 'unsupported' ? { errors: [expect.objectContaining({ code: 131051 })] } : {}
  expect(await arrived(said.body.id)).toEqual({
    from: CUSTOMER,
    id: said.body.id,
    timestamp: '1790000000',
    type,
    [type]: arrives,
    ...beside,
  })
})

test('unsupported needs no content', async () => {
  const said = await writes({ type: 'unsupported' })
  expect(await arrived(said.body.id)).not.toHaveProperty('unsupported')
})

test('an answer names what it answers, a forwarded message that it is one', async () => {
  const sent = (await simulator.send({ type: 'text', text: { body: 'Yes or no?' } })).body.messages[0].id
  const reply = await writes({ type: 'interactive', interactive: buttonReply, context: { id: sent } })
  expect((await arrived(reply.body.id)).context).toEqual({ from: '15550783881', id: sent })
  const own = await writes({ type: 'text', text: { body: 'And' }, context: { id: reply.body.id } })
  expect((await arrived(own.body.id)).context).toEqual({ from: CUSTOMER, id: reply.body.id })
  const forwarded = await writes({ type: 'text', text: { body: 'Joke' }, context: { forwarded: true } })
  expect((await arrived(forwarded.body.id)).context).toEqual({ forwarded: true })
})

test('the bytes given are the bytes served, to the business and on the phone', async () => {
  const bytes = Buffer.from('real bytes')
  const said = await writes({
    type: 'image',
    image: { bytes_base64: bytes.toString('base64'), mime_type: 'image/jpeg', caption: 'Look' },
  })
  const { id } = said.body.image
  const { body } = await simulator.graph('GET', `/${id}?phone_number_id=${NUMBER}`)
  const sha256 = createHash('sha256').update(bytes).digest()
  expect(body).toMatchObject({ mime_type: 'image/jpeg', file_size: 10, sha256: sha256.toString('hex') })
  expect(said.body.image.sha256).toBe(sha256.toString('base64'))
  for (const url of [body.url, said.body.image.url]) {
    expect(await (await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).text()).toBe('real bytes')
  }
  const shown = (await simulator.phone()).messages.find((message) => message.id === said.body.id)
  const download_url = shown?.media[0].download_url
  expect(shown?.media).toEqual([
    { id, mime_type: 'image/jpeg', size: 10, sha256: sha256.toString('hex'), download_url },
  ])
  const download = await fetch(download_url, { headers: { 'x-api-key': KEY } })
  expect([download.headers.get('content-type'), await download.text()]).toEqual(['image/jpeg', 'real bytes'])
  expect((await fetch(download_url)).status).toBe(401)
})

test('a name changes the profile, and a stranger is met', async () => {
  await writes({ type: 'text', text: { body: 'Hi' }, name: 'Nele' }, '4915112345678')
  await simulator.receiver.until(() => simulator.receiver.deliveries.some((one) => one.raw.includes('4915112345678')))
  const phone = await simulator.phone('4915112345678')
  expect([phone.name, phone.messages[0]]).toEqual([
    'Nele',
    {
      id: expect.any(String),
      direction: 'written',
      phone_number_id: NUMBER,
      type: 'text',
      timestamp: '1790000000',
      status: 'sent',
      text: { body: 'Hi' },
    },
  ])
})

test('the phone is filtered by number', async () => {
  const { body } = await simulator.control('GET', `/customers/${CUSTOMER}/messages?phone_number_id=1`)
  expect(body.messages).toEqual([])
})
