import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { furnish } from '../support/shop-front.ts'
import { startPair } from '../support/start-pair.ts'

const PRODUCT = 'SKU_THUMBNAIL'
const CATALOG = '100000000000002'

type Pair = Awaited<ReturnType<typeof startPair>>
let pair: Pair
let group_id: string
let flow_id: string
let client: WhatsAppClient
beforeAll(async () => {
  pair = await startPair()
  ;({ group_id, flow_id } = await furnish(pair))
  // Kapso's published client as it is; only the base URL is ours.
  client = new WhatsAppClient({
    baseUrl: `${pair.base_url}/meta/whatsapp`,
    kapsoApiKey: pair.api_key,
    graphVersion: 'v24.0',
  })
})
afterAll(() => pair[Symbol.asyncDispose]())

let customers = 0
async function newCustomer() {
  const to = `1555300${String(++customers).padStart(4, '0')}`
  await pair.customerSays(to, 'Hi')
  return { to, frame: { phoneNumberId: pair.phone_number_id, to } }
}

const passTime = () => pair.control('POST', '/clock/advance', { ms: 5000 })
const scope = () => ({ phoneNumberId: pair.phone_number_id })
const account = () => ({ businessAccountId: pair.business_account_id })
const image = { type: 'image', image: { link: 'https://example.com/photo.jpg' } } as const

type Messages = WhatsAppClient['messages']
type Frame = { phoneNumberId: string; to: string }

/** Every way to send that the client has, with the type that is then on the phone. */
const SENDS: Array<[type: string, send: (messages: Messages, frame: Frame) => Promise<unknown>]> = [
  ['text', (messages, frame) => messages.sendText({ ...frame, body: 'https://example.com', previewUrl: true })],
  ['image', (messages, frame) => messages.sendImage({ ...frame, image: { link: 'https://example.com/a.jpg' } })],
  ['video', (messages, frame) => messages.sendVideo({ ...frame, video: { link: 'https://example.com/a.mp4' } })],
  [
    'audio',
    (messages, frame) => messages.sendAudio({ ...frame, audio: { link: 'https://example.com/a.ogg', voice: true } }),
  ],
  [
    'document',
    (messages, frame) =>
      messages.sendDocument({ ...frame, document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }),
  ],
  ['sticker', (messages, frame) => messages.sendSticker({ ...frame, sticker: { link: 'https://example.com/a.webp' } })],
  [
    'location',
    (messages, frame) => messages.sendLocation({ ...frame, location: { latitude: 1, longitude: 2, name: 'Shop' } }),
  ],
  [
    'contacts',
    (messages, frame) =>
      messages.sendContacts({
        ...frame,
        contacts: [
          { name: { formattedName: 'Ana Silva', firstName: 'Ana' }, phones: [{ phone: '+15551234567', type: 'HOME' }] },
        ],
      }),
  ],
  [
    'template',
    (messages, frame) =>
      messages.sendTemplate({
        ...frame,
        template: {
          name: 'invoice_due',
          language: { code: 'en_US' },
          components: [
            {
              type: 'header',
              parameters: [{ type: 'document', document: { link: 'https://example.com/a.pdf' } }],
            },
            {
              type: 'body',
              parameters: [
                { type: 'text', text: '€ 25.00' },
                { type: 'text', text: '1 March' },
              ],
            },
            { type: 'button', subType: 'url', index: 0, parameters: [{ type: 'text', text: 'INV-7' }] },
          ],
        },
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveButtons({
        ...frame,
        header: image,
        bodyText: 'Confirm?',
        footerText: 'Thanks',
        buttons: [{ id: 'yes', title: 'Yes' }],
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveList({
        ...frame,
        bodyText: 'Choose',
        buttonText: 'Open',
        sections: [{ title: 'Menu', rows: [{ id: '1', title: 'One' }] }],
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveCtaUrl({
        ...frame,
        bodyText: 'See',
        parameters: { displayText: 'Open', url: 'https://example.com' },
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveFlow({
        ...frame,
        bodyText: 'Book',
        parameters: {
          flowId: flow_id,
          flowCta: 'Book',
          flowMessageVersion: '3',
          flowToken: 'table-7',
          flowAction: 'navigate',
          flowActionPayload: { screen: 'BOOK', data: { guests: 2 } },
        },
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveCarousel({
        ...frame,
        bodyText: 'New',
        cards: [0, 1].map((cardIndex) => ({
          cardIndex,
          header: image,
          bodyText: 'A card',
          action: { displayText: 'Open', url: 'https://example.com' },
        })),
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveProduct({ ...frame, bodyText: 'This', catalogId: CATALOG, productRetailerId: PRODUCT }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveProductList({
        ...frame,
        bodyText: 'These',
        header: { type: 'text', text: 'For you' },
        catalogId: CATALOG,
        sections: [{ title: 'New', productItems: [{ productRetailerId: PRODUCT }] }],
      } as Parameters<Messages['sendInteractiveProductList']>[0]),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveCatalogMessage({
        ...frame,
        bodyText: 'All',
        parameters: { thumbnailProductRetailerId: PRODUCT },
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveAddress({ ...frame, bodyText: 'Where?', parameters: { country: 'IN' } }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveLocationRequest({
        ...frame,
        bodyText: 'Where?',
        parameters: { requestMessage: 'Where?' },
      }),
  ],
  [
    'interactive',
    (messages, frame) =>
      messages.sendInteractiveRaw({
        ...frame,
        interactive: { type: 'request_contact_info', body: { text: 'Who?' }, action: { name: 'request_contact_info' } },
      }),
  ],
  [
    'text',
    (messages, frame) =>
      messages.sendRaw({
        phoneNumberId: frame.phoneNumberId,
        payload: { messagingProduct: 'whatsapp', to: frame.to, type: 'text', text: { body: 'raw' } },
      }),
  ],
]

test('every way to send ends on the phone, in order', async () => {
  const { to, frame } = await newCustomer()
  for (const [type, send] of SENDS) {
    expect(await send(client.messages, frame), type).toMatchObject({
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
  }
  await passTime()
  const received = (await pair.phone(to, SENDS.length)).filter(({ direction }) => direction === 'received')
  expect(received.map(({ type }) => type)).toEqual(SENDS.map(([type]) => type))
  // Kapso's client puts into this one what Meta does not know.
  await expect(
    client.messages.sendInteractiveCallPermission({
      ...frame,
      bodyText: 'May we call?',
      parameters: { phoneNumber: to },
    } as Parameters<Messages['sendInteractiveCallPermission']>[0]),
  ).rejects.toMatchObject({ code: 100, httpStatus: 400 })
})

test('answers, reactions, read receipts, groups and people known by id only', async () => {
  const { to, frame } = await newCustomer()
  const { messages } = client
  const [written] = await pair.phone(to)
  const messageId = written?.id ?? ''
  await messages.sendText({ ...frame, body: 'Yes', contextMessageId: messageId } as Parameters<Messages['sendText']>[0])
  await messages.sendReaction({ ...frame, reaction: { messageId, emoji: '👍' } })
  const read = await messages.markRead({ ...scope(), messageId, typingIndicator: { type: 'text' } })
  expect(read).toEqual({ success: true })
  await passTime()
  const [first] = await pair.phone(to, 1)
  expect(first).toMatchObject({ reactions: { business: '👍' }, status: 'read' })
  const group = await messages.sendText({ ...scope(), recipientType: 'group', to: group_id, body: 'Hello, all!' })
  expect(group.contacts).toEqual([{ input: group_id, waId: group_id }])

  await pair.control('PATCH', '/settings', { switches: { user_ids: 'on' } })
  await pair.customerSays(to, 'It is me')
  const recipient: string = (await pair.control('GET', `/customers/${to}`)).json.user_id
  const sent = await messages.sendText({ ...scope(), recipient, body: 'Hello!' })
  expect(sent.contacts).toEqual([{ input: recipient, userId: recipient }])
})

test('the number: settings, profile, codes, registration', async () => {
  const { phoneNumbers } = client
  const ok = { success: true }
  expect(
    await phoneNumbers.settings.update({
      ...scope(),
      calling: { status: 'ENABLED', callIconVisibility: 'DEFAULT' },
    }),
  ).toEqual(ok)
  expect(await phoneNumbers.settings.get({ ...scope(), includeSipCredentials: true })).toMatchObject({
    calling: { status: 'ENABLED' },
  })
  const profile = { about: 'Open until six', vertical: 'RETAIL', websites: ['https://example.com'] }
  expect(await phoneNumbers.businessProfile.update({ ...scope(), ...profile })).toEqual(ok)
  const read = await phoneNumbers.businessProfile.get({ ...scope(), fields: 'about,vertical,websites' })
  expect(read.data[0]).toMatchObject(profile)
  expect(await phoneNumbers.deregister(scope())).toEqual(ok)
  expect(await phoneNumbers.register({ ...scope(), pin: '123456' })).toEqual(ok)
  await expect(phoneNumbers.verifyCode({ ...scope(), code: '000000' })).rejects.toMatchObject({ httpStatus: 400 })
})

const flowJson = { version: '7.0', screens: [{ id: 'FIRST', title: 'First' }] }

test('flows: made, listed, read, changed, previewed, published, deprecated', async () => {
  const { flows } = client
  const wabaId = pair.business_account_id
  const created = await flows.create({ wabaId, name: 'survey', categories: ['SURVEY'], flowJson } as Parameters<
    typeof flows.create
  >[0])
  expect(created).toMatchObject({ success: true })
  const flowId = created.id
  expect(await flows.list({ wabaId, limit: 50 })).toMatchObject({
    data: expect.arrayContaining([expect.objectContaining({ id: flowId, name: 'survey' })]),
  })
  expect(await flows.get({ flowId, fields: 'id,name,status' })).toMatchObject({ name: 'survey', status: 'DRAFT' })
  const json = { ...flowJson, screens: [{ id: 'FIRST', title: 'Other' }] }
  expect(await flows.updateAsset({ flowId, json } as Parameters<typeof flows.updateAsset>[0])).toMatchObject({
    success: true,
  })
  const { preview } = await flows.preview({ flowId, interactive: true, params: { flow_token: 't' }, ...scope() })
  expect(preview.previewUrl).toMatch(/^https?:/)
  expect(await flows.publish({ flowId, ...scope() })).toMatchObject({ success: true })
  expect(await flows.deprecate({ flowId, ...account() })).toMatchObject({ success: true })
})

test('a flow is deployed without a word on whose it is', async () => {
  const { flows } = client
  const deployed = await flows.deploy(
    flowJson as Parameters<typeof flows.deploy>[0],
    { wabaId: pair.business_account_id, name: 'deployed', publish: true, preview: true } as Parameters<
      typeof flows.deploy
    >[1],
  )
  expect(await flows.get({ flowId: (deployed as { flowId: string }).flowId })).toMatchObject({ status: 'PUBLISHED' })
})

test('templates are found by every filter, page by page', async () => {
  const { templates } = client
  const first = await templates.list({ ...account(), limit: 2, status: 'APPROVED', language: 'en_US' })
  expect(first.data).toHaveLength(2)
  const after = first.paging?.cursors?.after ?? ''
  const next = await templates.list({ ...account(), limit: 2, status: 'APPROVED', language: 'en_US', after })
  const names = [...first.data, ...next.data].map(({ name }) => name)
  expect(new Set(names).size).toBe(4)
  const named = await templates.list({ ...account(), name: 'invoice_due', category: 'UTILITY' })
  expect(named.data.map(({ name }) => name)).toEqual(['invoice_due'])
  const templateId = named.data[0]?.id ?? ''
  expect(await templates.get({ ...account(), templateId, fields: 'name,status' })).toMatchObject({
    name: 'invoice_due',
    status: 'APPROVED',
  })
})

test('calls: permission asked for, placed, answered, ended; refused as Meta refuses', async () => {
  const { to, frame } = await newCustomer()
  const { calls } = client
  const permission = await calls.permissions.get({ ...scope(), userWaId: to })
  expect(permission.permission.status).toBe('no_permission')
  const placed = await calls.connect({ ...frame, session: { sdpType: 'offer', sdp: 'v=0\r\n' } })
  const call = { ...scope(), callId: placed.calls?.[0]?.id ?? '' }
  expect(call.callId).toMatch(/^wacid\./)
  const session = { sdpType: 'answer', sdp: 'v=0\r\n' } as const
  for (const acted of [
    await calls.preAccept({ ...call, session }),
    await calls.accept({ ...call, session }),
    await calls.reject(call),
    await calls.terminate(call),
  ]) {
    expect(acted).toMatchObject({ success: true })
  }
  const wrong = calls.connect({ ...frame, session: { sdpType: 'answer', sdp: 'v=0' } as never })
  await expect(wrong).rejects.toMatchObject({ code: 100, httpStatus: 400 })
})
