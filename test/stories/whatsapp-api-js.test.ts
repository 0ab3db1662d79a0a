import { afterAll, beforeAll, expect, test } from 'vitest'
import { WhatsAppAPI } from 'whatsapp-api-js'
import {
  ActionButtons,
  ActionCallPermission,
  ActionCatalog,
  ActionContactRequest,
  ActionCTA,
  ActionList,
  ActionLocation,
  ActionNavigateFlow,
  ActionProduct,
  ActionProductList,
  Audio,
  Body,
  BodyComponent,
  BodyParameter,
  Button,
  CarouselCard,
  CarouselComponent,
  CatalogProduct,
  Contacts,
  CopyComponent,
  Currency,
  DateTime,
  Document,
  Footer,
  Header,
  HeaderComponent,
  HeaderParameter,
  Image,
  Interactive,
  ListSection,
  Location,
  LTOComponent,
  Name,
  PayloadComponent,
  Phone,
  Product,
  ProductSection,
  Reaction,
  Row,
  Sticker,
  Template,
  Text,
  URLComponent,
  Video,
} from 'whatsapp-api-js/messages'
import { furnish } from '../support/shop-front.ts'
import { startPair } from '../support/start-pair.ts'

const CUSTOMER = '15551234567'
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

type Pair = Awaited<ReturnType<typeof startPair>>
let pair: Pair
let client: WhatsAppAPI<number>
let group_id: string
let flow_id: string
let number: string
beforeAll(async () => {
  pair = await startPair()
  ;({ group_id, flow_id } = await furnish(pair))
  number = pair.phone_number_id
  // A client written against Meta, as it is: its key is ours, and its `fetch` puts our address in Meta's place.
  client = new WhatsAppAPI<number>({
    token: pair.api_key,
    secure: false,
    v: 'v24.0',
    ponyfill: {
      fetch: (input, init) =>
        fetch(String(input).replace('https://graph.facebook.com', `${pair.base_url}/meta/whatsapp`), init),
      subtle: crypto.subtle,
    },
  })
  await pair.customerSays(CUSTOMER, 'Hi')
})
afterAll(() => pair[Symbol.asyncDispose]())

const passTime = () => pair.control('POST', '/clock/advance', { ms: 5000 })
const link = (name: string) => `https://example.com/${name}`
const form = () => {
  const data = new FormData()
  data.set('file', new File([PNG], 'photo.png', { type: 'image/png' }))
  return data
}
const idOf = (answer: object) => ('id' in answer ? String(answer.id) : '')

test('every kind it has is taken, and is on the phone in order', async () => {
  const [hello] = await pair.phone(CUSTOMER)
  const photo = idOf(await client.uploadMedia(number, form()))
  const product = new CatalogProduct('SKU_THUMBNAIL', '100000000000002')
  const messages = [
    new Text('Hello!', true),
    new Image(photo, true, 'Look'),
    new Video(link('a.mp4'), false, 'See'),
    new Audio(link('a.ogg'), false, true),
    new Document(link('a.pdf'), false, 'Read', 'a.pdf'),
    new Sticker(link('a.webp')),
    new Location(-46.65, -23.56, 'Paulista'),
    new Contacts([new Name('Ana Silva', 'Ana'), new Phone('+15551234567', 'HOME', '15551234567')]),
    new Interactive(
      new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No')),
      new Body('Confirm?'),
      new Header(new Image(photo, true)),
      new Footer('Thanks'),
    ),
    new Interactive(
      new ActionList('Choose', new ListSection('Menu', new Row('1', 'One', 'first'), new Row('2', 'Two'))),
      new Body('What will it be?'),
    ),
    new Interactive(new ActionCTA('Open', link('')), new Body('See')),
    new Interactive(new ActionLocation(), new Body('Where are you?')),
    new Interactive(new ActionCatalog(new Product('SKU_THUMBNAIL')), new Body('Our goods')),
    new Interactive(new ActionProduct(product), new Body('This one')),
    new Interactive(
      new ActionProductList('100000000000002', new ProductSection('New', new Product('SKU_THUMBNAIL'))),
      new Body('These'),
      new Header('For you'),
    ),
    new Interactive(new ActionNavigateFlow('table-7', flow_id, 'Book', 'BOOK', { guests: 2 }), new Body('Book')),
    new Interactive(new ActionCallPermission(), new Body('May we call?')),
    new Interactive(new ActionContactRequest(), new Body('Who are you?')),
    new Template('order_ready_named', 'en_US', new BodyComponent(new BodyParameter('ORDER-123', 'order_id'))),
    new Template(
      'invoice_due',
      'en_US',
      new HeaderComponent(new HeaderParameter(new Document(link('a.pdf'), false, undefined, 'a.pdf'))),
      new BodyComponent(
        new BodyParameter(new Currency(25000, 'EUR', '€ 25.00')),
        new BodyParameter(new DateTime('1 March')),
      ),
      new URLComponent('INV-7'),
      new PayloadComponent('paid'),
    ),
    new Template(
      'weekend_offer',
      'en_US',
      new HeaderComponent(new HeaderParameter(new Image(link('a.jpg')))),
      new LTOComponent(4102444800000),
      new CopyComponent('SAVE25'),
      new URLComponent('sale'),
    ),
    new Template(
      'new_arrivals',
      'en_US',
      new CarouselComponent(
        new CarouselCard(new Image(link('shoes.jpg')), new PayloadComponent('shoes')),
        new CarouselCard(new Image(link('hats.jpg')), new PayloadComponent('hats')),
      ),
    ),
    new Reaction(hello?.id ?? '', '👍'),
  ]
  for (const message of messages) {
    expect(await client.sendMessage(number, CUSTOMER, message, undefined, 'mine'), message._type).toMatchObject({
      messaging_product: 'whatsapp',
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
  }
  expect(await client.markAsRead(number, hello?.id ?? '', 'text')).toEqual({ success: true })
  await passTime()
  const [first, ...received] = await pair.phone(CUSTOMER, messages.length - 1)
  expect(received.map(({ type }) => type)).toEqual(messages.slice(0, -1).map(({ _type }) => _type))
  expect(first).toMatchObject({ reactions: { business: '👍' }, status: 'read' })
  // The client's own text comes back to it with the statuses, ours does not.
  const { db } = pair.gateway.context.store
  const payloads = await db.query.selectFrom('statuses').select('payload').execute()
  expect(payloads.length).toBeGreaterThan(0)
  for (const { payload } of payloads) expect(JSON.parse(payload).biz_opaque_callback_data).toBe('mine')
})

test('it quotes, writes to groups, and takes a reaction back', async () => {
  const [hello] = await pair.phone(CUSTOMER)
  const quoting = await client.sendMessage(number, CUSTOMER, new Text('Yes'), hello?.id)
  expect(quoting).toMatchObject({ messages: [{ id: expect.any(String) }] })
  await client.sendMessage(number, CUSTOMER, new Reaction(hello?.id ?? '', ''))
  expect(await client.sendMessage(number, { group: group_id }, new Text('Hello, all!'))).toMatchObject({
    contacts: [{ input: group_id }],
  })
  await passTime()
  const shown = await pair.phone(CUSTOMER)
  expect(shown[0]?.reactions).toBeUndefined()
  expect(shown.at(-1)?.context).toEqual({ message_id: hello?.id })
})

test('it keeps media, and takes it down again', async () => {
  const id = idOf(await client.uploadMedia(number, form()))
  const about = await client.retrieveMedia(id)
  expect(about).toMatchObject({ id, mime_type: 'image/png', file_size: String(PNG.length) })
  const file = await client.fetchMedia('url' in about ? about.url : '')
  expect(Buffer.from(await file.arrayBuffer()).equals(PNG)).toBe(true)
  expect(await client.deleteMedia(id, number)).toEqual({ success: true })
  expect(await client.retrieveMedia(id)).toMatchObject({ error: { code: 100, error_subcode: 33 } })
})

test('it makes, lists, changes and deletes QR codes', async () => {
  const made = await client.createQR(number, 'Hello there')
  expect(made).toMatchObject({ prefilled_message: 'Hello there', qr_image_url: expect.any(String) })
  const code = 'code' in made ? made.code : ''
  expect(await client.retrieveQR(number)).toMatchObject({ data: [{ code }] })
  expect(await client.updateQR(number, code, 'Good day')).toMatchObject({ code, prefilled_message: 'Good day' })
  expect(await client.retrieveQR(number, code)).toMatchObject({ data: [{ prefilled_message: 'Good day' }] })
  expect(await client.deleteQR(number, code)).toEqual({ success: true })
  expect(await client.retrieveQR(number)).toMatchObject({ data: [] })
})

test('it blocks people and lets them in again, and calls', async () => {
  expect(await client.blockUser(number, CUSTOMER)).toMatchObject({
    block_users: { added_users: [{ wa_id: CUSTOMER }] },
  })
  expect(await client.unblockUser(number, CUSTOMER)).toMatchObject({
    block_users: { removed_users: [{ wa_id: CUSTOMER }] },
  })
  const call = await client.initiateCall(number, CUSTOMER, 'v=0\r\n')
  const id = ('calls' in call && call.calls[0]?.id) || 'wacid.none'
  expect(id).not.toBe('wacid.none')
  expect(await client.preacceptCall(number, id, 'v=0')).toMatchObject({ success: true })
  expect(await client.acceptCall(number, id, 'v=0')).toMatchObject({ success: true })
  expect(await client.rejectCall(number, id)).toMatchObject({ success: true })
})
