import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exampleTemplates, messageExamples } from '../testing/message-examples.ts'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'
import { messageTypes } from './index.ts'
import { interactiveKinds } from './interactive/index.ts'

type Kind = keyof typeof messageExamples
type Message = Record<string, unknown>

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({
    templates: exampleTemplates,
    callback: false,
    // Hundreds of messages go to one customer here.
    settings: { limits: { pair: null, throughput: null } },
  })
})
afterAll(() => simulator[Symbol.asyncDispose]())

/** 200, or the code of the refusal. Here is no group to pin in, so a pin in order is refused for that. */
async function codeOf(message: Message): Promise<number> {
  const { status, body } = await simulator.send(message)
  const code = status === 200 ? 200 : body.error.code
  return code === 131051 && message.type === 'pin' ? 200 : code
}

/** The example with other values at some places; undefined takes one away. */
function changed(kind: Kind, changes: Message): Message {
  const message: Message = structuredClone(messageExamples[kind])
  for (const [path, value] of Object.entries(changes)) put(message, path.split('.'), value)
  return message
}

function put(object: Message, [key = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) object[key] = value
  else {
    object[key] ??= {}
    put(object[key] as Message, rest, value)
  }
}

const x = (length: number) => '🌵'.repeat(length)
const some = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index))
/** The test simulator's clock, in seconds. */
const NOW = 1_790_000_000
const PRODUCT = { product_retailer_id: 'SKU_1' }
const card = (kind: Kind, index: number): Message => {
  const { interactive } = structuredClone(messageExamples[kind]) as { interactive: { action: { cards: Message[] } } }
  return { ...interactive.action.cards[0], card_index: index }
}
const templateCard = (kind: Kind, index: number): Message => {
  const { template } = structuredClone(messageExamples[kind]) as { template: { components: { cards: Message[] }[] } }
  return { ...template.components[0]?.cards[0], card_index: index }
}
/** The places the rows below change most. */
const ACTION = 'interactive.action'
const PARAMETERS = 'interactive.action.parameters'
const CARDS = 'interactive.action.cards'
const ORDER = `${PARAMETERS}.order`
const COMPONENT = 'template.components.0'
const PARAMETER = 'template.components.0.parameters.0'

test.each(Object.keys(messageExamples) as Kind[])('the example of %s is accepted', async (kind) => {
  expect(await codeOf(changed(kind, {}))).toBe(200)
})

test('every type and every kind has an example', () => {
  const known = [...messageTypes.filter(({ type }) => type !== 'interactive'), ...interactiveKinds]
  expect(Object.keys(messageExamples)).toEqual(expect.arrayContaining(known.map(({ type }) => type)))
})

/** What has a longest length or a largest count: it is accepted at the limit and refused one past it. */
const most: [kind: Kind, what: string, limit: number, code: number, build: (n: number) => Message][] = [
  ['text', 'body', 4096, 100, (n) => changed('text', { 'text.body': x(n) })],
  ['text', 'opaque data', 512, 100, (n) => changed('text', { biz_opaque_callback_data: x(n) })],
  ['text', 'digits of the recipient', 15, 131009, (n) => changed('text', { to: '1'.repeat(n) })],
  ['image', 'caption', 1024, 100, (n) => changed('image', { 'image.caption': x(n) })],
  ['video', 'caption', 1024, 100, (n) => changed('video', { 'video.caption': x(n) })],
  ['document', 'caption', 1024, 100, (n) => changed('document', { 'document.caption': x(n) })],
  ['location', 'latitude', 90, 131009, (n) => changed('location', { 'location.latitude': n })],
  ['location', 'southern latitude', 90, 131009, (n) => changed('location', { 'location.latitude': String(-n) })],
  ['location', 'longitude', 180, 131009, (n) => changed('location', { 'location.longitude': n })],
  ['location', 'western longitude', 180, 131009, (n) => changed('location', { 'location.longitude': String(-n) })],
  [
    'contacts',
    'contacts',
    257,
    131009,
    (n) => changed('contacts', { contacts: some(n, (index) => ({ name: { formatted_name: `N${index}` } })) }),
  ],
  ['reaction', 'emoji', 1, 131009, (n) => changed('reaction', { 'reaction.emoji': x(n) })],
  ['pin', 'days', 30, 131009, (n) => changed('pin', { 'pin.expiration_days': n })],

  [
    'button',
    'header text',
    60,
    131009,
    (n) => changed('button', { 'interactive.header': { type: 'text', text: x(n) } }),
  ],
  [
    'button',
    'header sub text',
    60,
    131009,
    (n) => changed('button', { 'interactive.header': { type: 'text', text: 'a', sub_text: x(n) } }),
  ],
  [
    'button',
    'buttons',
    3,
    131009,
    (n) =>
      changed('button', {
        [`${ACTION}.buttons`]: some(n, (index) => ({ type: 'reply', reply: { id: `${index}`, title: `T${index}` } })),
      }),
  ],
  ['button', 'button id', 256, 131009, (n) => changed('button', { [`${ACTION}.buttons.0.reply.id`]: x(n) })],
  ['button', 'button title', 20, 131009, (n) => changed('button', { [`${ACTION}.buttons.0.reply.title`]: x(n) })],

  ['list', 'label', 20, 131009, (n) => changed('list', { [`${ACTION}.button`]: x(n) })],
  [
    'list',
    'sections',
    10,
    131009,
    (n) =>
      changed('list', {
        [`${ACTION}.sections`]: some(n, (index) => ({ title: `S${index}`, rows: [{ id: `${index}`, title: 'Row' }] })),
      }),
  ],
  [
    'list',
    'rows of one section',
    10,
    131009,
    (n) => changed('list', { [`${ACTION}.sections.0.rows`]: some(n, (index) => ({ id: `${index}`, title: 'Row' })) }),
  ],
  [
    'list',
    'rows of all sections',
    10,
    131009,
    (n) =>
      changed('list', {
        [`${ACTION}.sections`]: [
          { title: 'A', rows: some(n - 4, (index) => ({ id: `a${index}`, title: 'Row' })) },
          { title: 'B', rows: some(4, (index) => ({ id: `b${index}`, title: 'Row' })) },
        ],
      }),
  ],
  ['list', 'section title', 24, 131009, (n) => changed('list', { [`${ACTION}.sections.0.title`]: x(n) })],
  ['list', 'row id', 200, 131009, (n) => changed('list', { [`${ACTION}.sections.0.rows.0.id`]: x(n) })],
  ['list', 'row title', 24, 131009, (n) => changed('list', { [`${ACTION}.sections.0.rows.0.title`]: x(n) })],
  ['list', 'description', 72, 131009, (n) => changed('list', { [`${ACTION}.sections.0.rows.0.description`]: x(n) })],

  ['cta_url', 'label', 20, 131009, (n) => changed('cta_url', { [`${PARAMETERS}.display_text`]: x(n) })],

  [
    'product_list',
    'sections',
    10,
    131009,
    (n) =>
      changed('product_list', {
        [`${ACTION}.sections`]: some(n, (index) => ({ title: `S${index}`, product_items: [PRODUCT] })),
      }),
  ],
  [
    'product_list',
    'products of one section',
    30,
    131009,
    (n) => changed('product_list', { [`${ACTION}.sections.0.product_items`]: some(n, () => PRODUCT) }),
  ],
  [
    'product_list',
    'products of all sections',
    30,
    131009,
    (n) =>
      changed('product_list', {
        [`${ACTION}.sections`]: [
          { title: 'A', product_items: some(n - 4, () => PRODUCT) },
          { title: 'B', product_items: some(4, () => PRODUCT) },
        ],
      }),
  ],
  [
    'product_list',
    'section title',
    24,
    131009,
    (n) => changed('product_list', { [`${ACTION}.sections.0.title`]: x(n) }),
  ],

  ['flow', 'label', 30, 131009, (n) => changed('flow', { [`${PARAMETERS}.flow_cta`]: 'x'.repeat(n) })],

  ['carousel', 'cards', 10, 131009, (n) => changed('carousel', { [CARDS]: some(n, (i) => card('carousel', i)) })],
  [
    'carousel of replies',
    'cards',
    10,
    131009,
    (n) => changed('carousel of replies', { [CARDS]: some(n, (i) => card('carousel of replies', i)) }),
  ],
  [
    'carousel of products',
    'cards',
    10,
    131009,
    (n) => changed('carousel of products', { [CARDS]: some(n, (i) => card('carousel of products', i)) }),
  ],
  ['carousel', 'card text', 160, 131009, (n) => changed('carousel', { [`${CARDS}.0.body.text`]: x(n) })],
  [
    'carousel',
    'line breaks of a card',
    2,
    131009,
    (n) => changed('carousel', { [`${CARDS}.0.body.text`]: `a${'\n'.repeat(n)}b` }),
  ],
  [
    'carousel',
    'label',
    20,
    131009,
    (n) => changed('carousel', { [`${CARDS}.0.action.parameters.display_text`]: x(n) }),
  ],
  [
    'carousel of replies',
    'button title',
    20,
    131009,
    (n) => changed('carousel of replies', { [`${CARDS}.0.action.buttons.0.quick_reply.title`]: x(n) }),
  ],

  [
    'address_message',
    'digits of the pin code',
    6,
    131009,
    (n) => changed('address_message', { [`${PARAMETERS}.values.in_pin_code`]: '4'.repeat(n) }),
  ],

  ['voice_call', 'label', 20, 131009, (n) => changed('voice_call', { [`${PARAMETERS}.display_text`]: x(n) })],
  ['voice_call', 'minutes', 43_200, 131009, (n) => changed('voice_call', { [`${PARAMETERS}.ttl_minutes`]: n })],
  ['voice_call', 'payload', 512, 131009, (n) => changed('voice_call', { [`${PARAMETERS}.payload`]: x(n) })],

  [
    'order_details',
    'reference id in India',
    35,
    131009,
    (n) => changed('order_details', { [`${PARAMETERS}.reference_id`]: 'a'.repeat(n) }),
  ],
  [
    'order_details',
    'reference id in Brazil',
    60,
    131009,
    (n) =>
      changed('order_details', { [`${PARAMETERS}.reference_id`]: 'a'.repeat(n), [`${PARAMETERS}.currency`]: 'BRL' }),
  ],
  [
    'order_details',
    'expiration text',
    120,
    131009,
    (n) => changed('order_details', { [`${ORDER}.expiration.description`]: x(n) }),
  ],
  ['order_details', 'item name', 60, 131009, (n) => changed('order_details', { [`${ORDER}.items.0.name`]: x(n) })],
  ['order_details', 'tax text', 60, 131009, (n) => changed('order_details', { [`${ORDER}.tax.description`]: x(n) })],
  [
    'order_details',
    'shipping text',
    60,
    131009,
    (n) => changed('order_details', { [`${ORDER}.shipping.description`]: x(n) }),
  ],
  [
    'order_details',
    'discount text',
    60,
    131009,
    (n) => changed('order_details', { [`${ORDER}.discount.description`]: x(n) }),
  ],
  [
    'order_details',
    'discount program',
    60,
    131009,
    (n) => changed('order_details', { [`${ORDER}.discount.discount_program_name`]: x(n) }),
  ],
  ['order_details', 'offset', 100, 131009, (n) => changed('order_details', { [`${ORDER}.tax.offset`]: n })],
  [
    'order_status',
    'reference id',
    60,
    131009,
    (n) => changed('order_status', { [`${PARAMETERS}.reference_id`]: 'a'.repeat(n) }),
  ],
  ['order_status', 'text', 120, 131009, (n) => changed('order_status', { [`${ORDER}.description`]: x(n) })],

  [
    'template with quick reply',
    'payload',
    128,
    131009,
    (n) => changed('template with quick reply', { [`${PARAMETER}.payload`]: x(n) }),
  ],
  [
    'template with code',
    'code',
    20,
    131009,
    (n) => changed('template with code', { [`${PARAMETER}.coupon_code`]: 'A'.repeat(n) }),
  ],
  [
    'template with offer',
    'code',
    15,
    131009,
    (n) => changed('template with offer', { 'template.components.1.parameters.0.coupon_code': 'A'.repeat(n) }),
  ],
  [
    'template with products',
    'sections',
    10,
    131009,
    (n) =>
      changed('template with products', {
        [`${PARAMETER}.action.sections`]: some(n, (index) => ({ title: `S${index}`, product_items: [PRODUCT] })),
      }),
  ],
  [
    'template with products',
    'products',
    30,
    131009,
    (n) =>
      changed('template with products', { [`${PARAMETER}.action.sections.0.product_items`]: some(n, () => PRODUCT) }),
  ],
  [
    'template with products',
    'section title',
    24,
    131009,
    (n) => changed('template with products', { [`${PARAMETER}.action.sections.0.title`]: x(n) }),
  ],
  [
    'template with call',
    'minutes',
    43_200,
    131009,
    (n) => changed('template with call', { [`${PARAMETER}.ttl_minutes`]: n }),
  ],
  [
    'template with call',
    'payload',
    512,
    131009,
    (n) => changed('template with call', { [`${COMPONENT}.parameters.1.payload`]: x(n) }),
  ],
  [
    'template with order',
    'reference id',
    35,
    131009,
    (n) => changed('template with order', { [`${PARAMETER}.action.order_details.reference_id`]: 'a'.repeat(n) }),
  ],
  [
    'template with product cards',
    'cards',
    10,
    131009,
    (n) =>
      changed('template with product cards', {
        [`${COMPONENT}.cards`]: some(n, (i) => templateCard('template with product cards', i)),
      }),
  ],
  [
    'template with cards',
    'cards it was created with',
    2,
    132000,
    (n) =>
      changed('template with cards', {
        [`${COMPONENT}.cards`]: some(n, (i) => templateCard('template with cards', i)),
      }),
  ],
  [
    'template with one-time code',
    'code',
    15,
    132018,
    (n) => changed('template with one-time code', { [`${PARAMETER}.text`]: '1'.repeat(n) }),
  ],
]

describe('the most there may be', () => {
  test.each(most)('%s: %s, %i', async (_, __, limit, code, build) => {
    expect([await codeOf(build(limit)), await codeOf(build(limit + 1))]).toEqual([200, code])
  })

  test.each(interactiveKinds)('$type: body', async ({ type, body: { max } }) => {
    const build = (n: number) => changed(type as Kind, { 'interactive.body': { text: x(n) } })
    expect(max).toBe(type === 'list' ? 4096 : 1024)
    expect([await codeOf(build(max)), await codeOf(build(max + 1))]).toEqual([200, 131009])
  })

  test.each(interactiveKinds)('$type: footer', async ({ type, footer }) => {
    const build = (n: number) => changed(type as Kind, { 'interactive.footer': { text: x(n) } })
    expect([await codeOf(build(60)), await codeOf(build(61))]).toEqual([footer ? 200 : 131009, 131009])
  })
})

/** What has a shortest length or a smallest count: it is accepted at the limit and refused one below it. */
const least: [kind: Kind, what: string, limit: number, code: number, build: (n: number) => Message][] = [
  ['text', 'body', 1, 100, (n) => changed('text', { 'text.body': x(n) })],
  ['text', 'digits of the recipient', 7, 131009, (n) => changed('text', { to: '1'.repeat(n) })],
  [
    'contacts',
    'contacts',
    1,
    131009,
    (n) => changed('contacts', { contacts: some(n, () => ({ name: { formatted_name: 'N' } })) }),
  ],
  ['pin', 'days', 1, 131009, (n) => changed('pin', { 'pin.expiration_days': n })],
  ['button', 'body', 1, 131009, (n) => changed('button', { 'interactive.body.text': x(n) })],
  ['button', 'header', 1, 131009, (n) => changed('button', { 'interactive.header': { type: 'text', text: x(n) } })],
  ['button', 'footer', 1, 131009, (n) => changed('button', { 'interactive.footer': { text: x(n) } })],
  [
    'button',
    'buttons',
    1,
    131009,
    (n) =>
      changed('button', { [`${ACTION}.buttons`]: some(n, () => ({ type: 'reply', reply: { id: '1', title: 'A' } })) }),
  ],
  ['button', 'button id', 1, 131009, (n) => changed('button', { [`${ACTION}.buttons.0.reply.id`]: x(n) })],
  ['button', 'button title', 1, 131009, (n) => changed('button', { [`${ACTION}.buttons.0.reply.title`]: x(n) })],
  ['list', 'label', 1, 131009, (n) => changed('list', { [`${ACTION}.button`]: x(n) })],
  [
    'list',
    'sections',
    1,
    131009,
    (n) => changed('list', { [`${ACTION}.sections`]: some(n, () => ({ rows: [{ id: '1', title: 'Row' }] })) }),
  ],
  [
    'list',
    'rows',
    1,
    131009,
    (n) => changed('list', { [`${ACTION}.sections.0.rows`]: some(n, () => ({ id: '1', title: 'Row' })) }),
  ],
  [
    'product_list',
    'sections',
    1,
    131009,
    (n) => changed('product_list', { [`${ACTION}.sections`]: some(n, () => ({ product_items: [PRODUCT] })) }),
  ],
  [
    'product_list',
    'products',
    1,
    131009,
    (n) => changed('product_list', { [`${ACTION}.sections.0.product_items`]: some(n, () => PRODUCT) }),
  ],
  ['carousel', 'cards', 2, 131009, (n) => changed('carousel', { [CARDS]: some(n, (i) => card('carousel', i)) })],
  [
    'address_message',
    'digits of the pin code',
    6,
    131009,
    (n) => changed('address_message', { [`${PARAMETERS}.values.in_pin_code`]: '4'.repeat(n) }),
  ],
  ['voice_call', 'minutes', 1, 131009, (n) => changed('voice_call', { [`${PARAMETERS}.ttl_minutes`]: n })],
  [
    'order_details',
    'seconds until it expires',
    300,
    131009,
    (n) => changed('order_details', { [`${ORDER}.expiration.timestamp`]: String(NOW + n) }),
  ],
  ['order_details', 'offset', 100, 131009, (n) => changed('order_details', { [`${ORDER}.tax.offset`]: n })],
  [
    'template with cards',
    'cards it was created with',
    2,
    132000,
    (n) =>
      changed('template with cards', {
        [`${COMPONENT}.cards`]: some(n, (i) => templateCard('template with cards', i)),
      }),
  ],
]

describe('the least there may be', () => {
  test.each(least)('%s: %s, %i', async (_, __, limit, code, build) => {
    expect([await codeOf(build(limit)), await codeOf(build(limit - 1))]).toEqual([200, code])
  })
})

/** What cannot be left out. */
const missing: [kind: Kind, code: number, ...paths: string[]][] = [
  ['text', 100, 'text', 'text.body', 'to', 'messaging_product'],
  ['image', 100, 'image'],
  ['image', 131008, 'image.link'],
  ['video', 131008, 'video.link'],
  ['audio', 131008, 'audio.link'],
  ['document', 131008, 'document.link'],
  ['sticker', 131008, 'sticker.link'],
  ['location', 131008, 'location.latitude', 'location.longitude'],
  ['contacts', 100, 'contacts'],
  ['contacts', 131008, 'contacts.0.name', 'contacts.0.name.formatted_name'],
  ['reaction', 131008, 'reaction.message_id', 'reaction.emoji'],
  ['pin', 131008, 'pin.type', 'pin.message_id'],
  ['button', 100, 'interactive', 'interactive.body', 'interactive.body.text'],
  ['button', 131008, 'interactive.type', ACTION, `${ACTION}.buttons`],
  ['button', 131008, `${ACTION}.buttons.0.type`, `${ACTION}.buttons.0.reply`, `${ACTION}.buttons.0.reply.id`],
  ['button', 131008, `${ACTION}.buttons.0.reply.title`],
  ['list', 131008, `${ACTION}.button`, `${ACTION}.sections`, `${ACTION}.sections.0.rows`],
  ['list', 131008, `${ACTION}.sections.0.rows.0.id`, `${ACTION}.sections.0.rows.0.title`],
  ['cta_url', 131008, `${ACTION}.name`, PARAMETERS, `${PARAMETERS}.display_text`, `${PARAMETERS}.url`],
  ['location_request_message', 131008, `${ACTION}.name`],
  ['product', 131008, `${ACTION}.catalog_id`, `${ACTION}.product_retailer_id`],
  ['product_list', 131008, 'interactive.header', `${ACTION}.catalog_id`, `${ACTION}.sections`],
  ['product_list', 131008, `${ACTION}.sections.0.product_items`],
  ['product_list', 131008, `${ACTION}.sections.0.product_items.0.product_retailer_id`],
  ['catalog_message', 131008, `${ACTION}.name`],
  ['flow', 131008, `${ACTION}.name`, PARAMETERS, `${PARAMETERS}.flow_message_version`, `${PARAMETERS}.flow_id`],
  ['flow', 131008, `${PARAMETERS}.flow_cta`],
  ['carousel', 131008, CARDS, `${CARDS}.0.card_index`, `${CARDS}.0.type`, `${CARDS}.0.header`, `${CARDS}.0.action`],
  ['carousel', 131008, `${CARDS}.0.body.text`, `${CARDS}.0.action.parameters.url`],
  ['carousel of replies', 131008, `${CARDS}.0.action.buttons.0.quick_reply`],
  ['carousel of replies', 131008, `${CARDS}.0.action.buttons.0.quick_reply.id`],
  ['carousel of products', 131008, `${CARDS}.0.action.catalog_id`, `${CARDS}.0.action.product_retailer_id`],
  ['address_message', 131008, `${ACTION}.name`, PARAMETERS, `${PARAMETERS}.country`],
  ['address_message', 131008, `${PARAMETERS}.saved_addresses.0.id`, `${PARAMETERS}.saved_addresses.0.value`],
  ['voice_call', 131008, `${ACTION}.name`],
  ['call_permission_request', 131008, `${ACTION}.name`],
  ['request_contact_info', 131008, `${ACTION}.name`],
  ['order_details', 131008, `${ACTION}.name`, PARAMETERS, `${PARAMETERS}.reference_id`, `${PARAMETERS}.type`],
  ['order_details', 131008, `${PARAMETERS}.currency`, `${PARAMETERS}.total_amount`, ORDER, `${ORDER}.status`],
  ['order_details', 131008, `${ORDER}.items`, `${ORDER}.subtotal`, `${ORDER}.tax`, `${ORDER}.tax.offset`],
  ['order_details', 131008, `${ORDER}.items.0.name`, `${ORDER}.items.0.amount`, `${ORDER}.items.0.quantity`],
  ['order_details', 131008, `${PARAMETERS}.payment_settings.0.payment_gateway`],
  ['order_status', 131008, `${PARAMETERS}.reference_id`, ORDER, `${ORDER}.status`, `${PARAMETERS}.payment.status`],
  ['template', 131008, 'template.name', 'template.language', 'template.language.code'],
  ['template with offer', 131008, `${PARAMETER}.limited_time_offer`],
  ['template with offer', 131008, `${PARAMETER}.limited_time_offer.expiration_time_ms`],
  ['template with products', 131008, `${PARAMETER}.action`, `${PARAMETER}.action.sections`],
  ['template with order', 131008, `${PARAMETER}.action.order_details`],
  ['template with product', 131008, `${PARAMETER}.product.product_retailer_id`],
  ['template with tap target', 131008, `${PARAMETER}.tap_target_configuration`],
  ['template with tap target', 131008, `${PARAMETER}.tap_target_configuration.0.url`],
  ['template with tap target', 131008, `${PARAMETER}.tap_target_configuration.0.title`],
]

describe('what must be there', () => {
  test.each(missing.flatMap(([kind, code, ...paths]) => paths.map((path) => ({ kind, code, path }))))(
    '$kind without $path is refused with $code',
    async ({ kind, code, path }) => {
      expect(await codeOf(changed(kind, { [path]: undefined }))).toBe(code)
    },
  )

  test.each(interactiveKinds)('$type: body', async ({ type, body }) => {
    expect(await codeOf(changed(type as Kind, { 'interactive.body': undefined }))).toBe(body.required ? 100 : 200)
  })
})

/** Everything else Meta's rules allow or forbid: the example with these changes is answered with this code. */
const others: [kind: Kind, what: string, code: number, changes: Message][] = [
  ['text', 'an answer', 200, { context: { message_id: 'wamid.HBgL' } }],
  ['audio', 'a caption', 100, { 'audio.caption': 'Hello' }],
  ['audio', 'a voice that is no boolean', 100, { 'audio.voice': 'loud' }],
  ['sticker', 'a caption', 100, { 'sticker.caption': 'Hello' }],
  ['video', 'a filename', 100, { 'video.filename': 'a.mp4' }],
  ['video', 'both id and link', 100, { 'video.id': '1' }],
  ['video', 'a provider', 200, { 'video.provider': { name: 'store' } }],
  ['document', 'a link of another scheme', 100, { 'document.link': 'ftp://example.com/a' }],
  ['location', 'a latitude that is no number', 100, { 'location.latitude': 'north' }],
  ['location', 'neither name nor address', 200, { 'location.name': undefined, 'location.address': undefined }],
  ['contacts', 'an object', 100, { contacts: {} }],
  ['contacts', 'only the formatted name', 200, { 'contacts.0': { name: { formatted_name: 'Ada' } } }],
  ['contacts', 'an unknown key', 100, { 'contacts.0.colour': 'red' }],
  ['contacts', 'a birthday of another format', 131009, { 'contacts.0.birthday': '10.12.1815' }],
  ['contacts', 'a day there is not', 131009, { 'contacts.0.birthday': '1815-13-10' }],
  ['reaction', 'no emoji, which removes it', 200, { 'reaction.emoji': '' }],
  ['reaction', 'a family', 200, { 'reaction.emoji': '👨‍👩‍👧‍👦' }],
  ['reaction', 'a flag', 200, { 'reaction.emoji': '🇧🇷' }],
  ['reaction', 'a keycap', 200, { 'reaction.emoji': '1️⃣' }],
  ['reaction', 'a bare heart', 200, { 'reaction.emoji': '❤' }],
  ['reaction', 'a letter', 131009, { 'reaction.emoji': 'a' }],
  ['reaction', 'an answer', 100, { context: { message_id: 'wamid.HBgL' } }],
  ['pin', 'an unpinning', 200, { 'pin.type': 'unpin', 'pin.expiration_days': undefined }],
  ['pin', 'another operation', 100, { 'pin.type': 'glue' }],
  ['pin', 'half a day', 100, { 'pin.expiration_days': 1.5 }],
  ['button', 'an unknown kind', 131009, { 'interactive.type': 'slider' }],
  ['product', 'a header', 131009, { 'interactive.header': { type: 'text', text: 'a' } }],
  ['product', 'a catalog of another account', 131009, { [`${ACTION}.catalog_id`]: '1' }],
  ['product', 'an unknown product', 131009, { [`${ACTION}.product_retailer_id`]: 'SKU_2' }],
  [
    'product_list',
    'an image header',
    131009,
    { 'interactive.header': { type: 'image', image: { link: 'https://a.b/' } } },
  ],
  ['product_list', 'one section without title', 200, { [`${ACTION}.sections.0.title`]: undefined }],
  [
    'product_list',
    'two sections, one without title',
    131008,
    { [`${ACTION}.sections`]: [{ title: 'A', product_items: [PRODUCT] }, { product_items: [PRODUCT] }] },
  ],
  [
    'product_list',
    'an unknown product besides',
    200,
    { [`${ACTION}.sections.0.product_items`]: [{ product_retailer_id: 'SKU_2' }, PRODUCT] },
  ],
  [
    'product_list',
    'only unknown products',
    131009,
    { [`${ACTION}.sections.0.product_items.0.product_retailer_id`]: 'SKU_2' },
  ],
  ['flow', 'another version', 131009, { [`${PARAMETERS}.flow_message_version`]: '2' }],
  ['flow', 'a name', 200, { [`${PARAMETERS}.flow_id`]: undefined, [`${PARAMETERS}.flow_name`]: 'booking' }],
  ['flow', 'both id and name', 131009, { [`${PARAMETERS}.flow_name`]: 'booking' }],
  ['flow', 'an emoji in its label', 131009, { [`${PARAMETERS}.flow_cta`]: 'Book 🌵' }],
  ['flow', 'a draft', 200, { [`${PARAMETERS}.mode`]: 'draft', [`${PARAMETERS}.flow_id`]: '1235' }],
  ['flow', 'a published one as a draft', 131009, { [`${PARAMETERS}.mode`]: 'draft' }],
  ['flow', 'an unknown one', 131009, { [`${PARAMETERS}.flow_id`]: '9' }],
  ['flow', 'another mode', 131009, { [`${PARAMETERS}.mode`]: 'test' }],
  ['flow', 'another action', 131009, { [`${PARAMETERS}.flow_action`]: 'open' }],
  ['flow', 'a payload for an exchange', 131009, { [`${PARAMETERS}.flow_action`]: 'data_exchange' }],
  [
    'flow',
    'an exchange',
    200,
    { [`${PARAMETERS}.flow_action`]: 'data_exchange', [`${PARAMETERS}.flow_action_payload`]: undefined },
  ],
  ['flow', 'empty data', 131009, { [`${PARAMETERS}.flow_action_payload.data`]: {} }],
  ['carousel', 'a header', 131009, { 'interactive.header': { type: 'text', text: 'a' } }],
  ['carousel', 'an index twice', 131009, { [`${CARDS}.1.card_index`]: 0 }],
  ['carousel', 'a gap in its indexes', 131009, { [`${CARDS}.1.card_index`]: 2 }],
  ['carousel', 'no text on a card', 200, { [`${CARDS}.0.body`]: undefined }],
  ['carousel', 'a text header', 131009, { [`${CARDS}.0.header`]: { type: 'text', text: 'a' } }],
  [
    'carousel',
    'two kinds of header',
    131009,
    { [`${CARDS}.0.header`]: { type: 'video', video: { link: 'https://example.com/a.mp4' } } },
  ],
  ['carousel', 'two kinds of button', 131009, { [`${CARDS}.1`]: card('carousel of replies', 1) }],
  ['carousel', 'two types of card', 131009, { [`${CARDS}.1`]: card('carousel of products', 1) }],
  ['carousel of products', 'two catalogs', 131009, { [`${CARDS}.1.action.catalog_id`]: '1' }],
  ['carousel of products', 'a header', 100, { [`${CARDS}.0.header`]: { type: 'image' } }],
  [
    'carousel of replies',
    'another count of buttons',
    131009,
    {
      [`${CARDS}.0.action.buttons`]: some(2, (index) => ({
        type: 'quick_reply',
        quick_reply: { id: `${index}`, title: `T${index}` },
      })),
    },
  ],
  ['address_message', 'another country', 131009, { [`${PARAMETERS}.country`]: 'BR' }],
  ['address_message', 'an unknown field', 100, { [`${PARAMETERS}.values.planet`]: 'Earth' }],
  ['voice_call', 'no parameters', 200, { [PARAMETERS]: undefined }],
  ['order_details', 'a reference with a blank', 131009, { [`${PARAMETERS}.reference_id`]: 'order 1' }],
  ['order_details', 'another currency', 131009, { [`${PARAMETERS}.currency`]: 'USD' }],
  ['order_details', 'another type', 131009, { [`${PARAMETERS}.type`]: 'goods' }],
  ['order_details', 'a wrong total', 131009, { [`${PARAMETERS}.total_amount.value`]: 20501 }],
  ['order_details', 'a wrong subtotal', 131009, { [`${ORDER}.subtotal.value`]: 20001 }],
  ['order_details', 'another status', 131009, { [`${ORDER}.status`]: 'shipped' }],
  ['order_details', 'no items', 131009, { [`${ORDER}.items`]: [] }],
  ['order_details', 'an unknown way to pay', 131009, { [`${PARAMETERS}.payment_settings.0.type`]: 'cash' }],
  [
    'order_details',
    'a way to pay of Brazil',
    200,
    { [`${PARAMETERS}.payment_settings.0`]: { type: 'boleto', boleto: { digitable_line: '1' } } },
  ],
  ['order_status', 'the other spelling', 200, { [`${ORDER}.status`]: 'partially_shipped' }],
  ['order_status', 'an unknown status', 131009, { [`${ORDER}.status`]: 'lost' }],
  ['order_status', 'no payment', 200, { [`${PARAMETERS}.payment`]: undefined }],
  ['template with offer', 'no offer', 131008, { [`${COMPONENT}.parameters`]: [] }],
  [
    'template',
    'an offer it has not',
    132012,
    { 'template.components': [{ type: 'limited_time_offer', parameters: [] }] },
  ],
  ['template with product', 'an unknown product', 131009, { [`${PARAMETER}.product.product_retailer_id`]: 'SKU_2' }],
  [
    'template with products',
    'an unknown thumbnail',
    131009,
    { [`${PARAMETER}.action.thumbnail_product_retailer_id`]: 'SKU_2' },
  ],
  ['template with flow', 'an unknown key', 100, { [`${PARAMETER}.action.colour`]: 'red' }],
  ['template with order', 'a wrong total', 131009, { [`${PARAMETER}.action.order_details.total_amount.value`]: 1 }],
  ['template with tap target', 'no link', 131009, { [`${PARAMETER}.tap_target_configuration.0.url`]: 'here' }],
  ['template with code', 'a code with a blank', 131009, { [`${PARAMETER}.coupon_code`]: 'SA VE' }],
]

describe('everything else', () => {
  test.each(others)('%s with %s: %i', async (kind, _, code, changes) => {
    expect(await codeOf(changed(kind, changes))).toBe(code)
  })
})
