import type { TemplateSeed } from '../world.ts'

type Message = Record<string, unknown>

const LINK = 'https://example.com/file'
const CATALOG = '194836987003835'
const PRODUCT = 'SKU_1'

const interactive = (type: string, parts: Message): Message => ({
  type: 'interactive',
  interactive: { type, ...parts },
})
const named = (name: string, parameters?: Message) => ({ action: parameters ? { name, parameters } : { name } })
const template = (name: string, ...components: Message[]): Message => ({
  type: 'template',
  template: { name, language: { code: 'en_US' }, components },
})
const header = (type: string, value: Message) => ({ type: 'header', parameters: [{ type, [type]: value }] })
const sentButton = (sub_type: string, parameter: Message, index = 0) => ({
  type: 'button',
  sub_type,
  index,
  parameters: [parameter],
})

const body = { text: 'Good morning' }
const amount = (value: number) => ({ value, offset: 100 })
const image = { type: 'image', image: { link: LINK } }
const order = {
  reference_id: 'order.1_a-B',
  type: 'physical-goods',
  payment_type: 'upi',
  payment_settings: [
    { type: 'payment_gateway', payment_gateway: { type: 'razorpay', configuration_name: 'main' } },
  ] as Message[],
  currency: 'INR',
  total_amount: amount(20500),
  order: {
    status: 'pending',
    catalog_id: CATALOG,
    expiration: { timestamp: '1893456000', description: 'Until the sale ends' },
    items: [
      { retailer_id: PRODUCT, name: 'Succulent', amount: amount(10000), sale_amount: amount(9000), quantity: 2 },
      { name: 'Pot', amount: amount(2000), quantity: 1 },
    ],
    subtotal: amount(20000),
    tax: { ...amount(1000), description: 'Tax' },
    shipping: { ...amount(500), description: 'By post' },
    discount: { ...amount(1000), description: 'Spring', discount_program_name: 'Spring sale' },
  },
}
const sections = [{ title: 'Plants', product_items: [{ product_retailer_id: PRODUCT }] }]
const linkCard = (card_index: number) => ({
  card_index,
  type: 'cta_url',
  header: image,
  body: { text: 'A plant' },
  ...named('cta_url', { display_text: 'Open', url: LINK }),
})
const repliesCard = (card_index: number) => ({
  card_index,
  type: 'cta_url',
  header: image,
  action: { buttons: [{ type: 'quick_reply', quick_reply: { id: `more ${card_index}`, title: 'More' } }] },
})
const productCard = (card_index: number) => ({
  card_index,
  type: 'product',
  action: { product_retailer_id: PRODUCT, catalog_id: CATALOG },
})
const productHeader = {
  type: 'header',
  parameters: [{ type: 'product', product: { product_retailer_id: PRODUCT, catalog_id: CATALOG } }],
}

/** A valid message of every type, interactive kind and component of a template, without the frame. */
export const messageExamples = {
  text: { type: 'text', text: { body: 'Hello', preview_url: true } },
  image: { type: 'image', image: { link: LINK, caption: 'A picture' } },
  video: { type: 'video', video: { link: LINK, caption: 'A film' } },
  audio: { type: 'audio', audio: { link: LINK, voice: true } },
  document: { type: 'document', document: { link: LINK, caption: 'A paper', filename: 'paper.pdf' } },
  sticker: { type: 'sticker', sticker: { link: LINK } },
  location: {
    type: 'location',
    location: { latitude: '37.44', longitude: -122.16, name: 'Café', address: 'Forest 1' },
  },
  contacts: {
    type: 'contacts',
    contacts: [
      {
        name: { formatted_name: 'Dr Ada Lovelace', first_name: 'Ada', last_name: 'Lovelace', prefix: 'Dr' },
        addresses: [
          { street: '1 Hill', city: 'London', zip: 'N1', country: 'England', country_code: 'gb', type: 'Home' },
        ],
        birthday: '1815-12-10',
        emails: [{ email: 'ada@example.com', type: 'Work' }],
        org: { company: 'Engines', department: 'Notes', title: 'Author' },
        phones: [{ phone: '+1 650 555 1234', type: 'Mobile', wa_id: '16505551234' }],
        urls: [{ url: 'https://example.com', type: 'Company' }],
      },
    ],
  },
  reaction: { type: 'reaction', reaction: { message_id: 'wamid.HBgL', emoji: '👍🏽' } },
  pin: { type: 'pin', pin: { type: 'pin', message_id: 'wamid.HBgL', expiration_days: 7 } },

  button: interactive('button', {
    body,
    action: {
      buttons: [
        { type: 'reply', reply: { id: '1', title: 'Yes' } },
        { type: 'reply', reply: { id: '2', title: 'No' } },
      ],
    },
  }),
  list: interactive('list', {
    body,
    action: { button: 'Open', sections: [{ title: 'Days', rows: [{ id: '1', title: 'Today', description: 'Soon' }] }] },
  }),
  cta_url: interactive('cta_url', { body, ...named('cta_url', { display_text: 'Open', url: LINK }) }),
  location_request_message: interactive('location_request_message', { body, ...named('send_location') }),
  product: interactive('product', { action: { catalog_id: CATALOG, product_retailer_id: PRODUCT } }),
  product_list: interactive('product_list', {
    header: { type: 'text', text: 'Plants' },
    body,
    action: { catalog_id: CATALOG, sections },
  }),
  catalog_message: interactive('catalog_message', {
    body,
    ...named('catalog_message', { thumbnail_product_retailer_id: PRODUCT }),
  }),
  flow: interactive('flow', {
    body,
    ...named('flow', {
      flow_message_version: '3',
      flow_id: '1234',
      flow_cta: 'Book',
      mode: 'published',
      flow_token: 'token',
      flow_action: 'navigate',
      flow_action_payload: { screen: 'FIRST', data: { day: 1 } },
    }),
  }),
  carousel: interactive('carousel', { body, action: { cards: [linkCard(0), linkCard(1)] } }),
  'carousel of replies': interactive('carousel', { body, action: { cards: [repliesCard(0), repliesCard(1)] } }),
  'carousel of products': interactive('carousel', { body, action: { cards: [productCard(0), productCard(1)] } }),
  address_message: interactive('address_message', {
    body,
    ...named('address_message', {
      country: 'IN',
      values: { name: 'Nidhi', in_pin_code: '400051', city: 'Mumbai' },
      saved_addresses: [{ id: 'home', value: { name: 'Nidhi', in_pin_code: '400063', building_name: '' } }],
      validation_errors: { in_pin_code: 'Unknown pin code' },
    }),
  }),
  voice_call: interactive('voice_call', {
    body,
    ...named('voice_call', { display_text: 'Call', ttl_minutes: 100, payload: 'from the shop' }),
  }),
  call_permission_request: interactive('call_permission_request', { body, ...named('call_permission_request') }),
  request_contact_info: interactive('request_contact_info', { body, ...named('request_contact_info') }),
  order_details: interactive('order_details', { header: image, body, ...named('review_and_pay', order) }),
  order_status: interactive('order_status', {
    body,
    ...named('review_order', {
      reference_id: 'order.1_a-B',
      order: { status: 'partially-shipped', description: 'Half of it' },
      payment: { status: 'captured', timestamp: 1790000000 },
    }),
  }),

  template: template('plain'),
  'template with quick reply': template('quick_reply', sentButton('quick_reply', { type: 'payload', payload: 'yes' })),
  'template with code': template('copy_code', sentButton('copy_code', { type: 'coupon_code', coupon_code: 'SAVE' })),
  'template with flow': template(
    'flow',
    sentButton('flow', { type: 'action', action: { flow_token: 'token', flow_action_data: { day: 1 } } }),
  ),
  'template with products': template(
    'mpm',
    sentButton('mpm', { type: 'action', action: { thumbnail_product_retailer_id: PRODUCT, sections } }),
  ),
  'template with call': template('voice_call', {
    type: 'button',
    sub_type: 'voice_call',
    parameters: [
      { type: 'ttl_minutes', ttl_minutes: 100 },
      { type: 'payload', payload: 'from the shop' },
    ],
  }),
  'template with order': template(
    'order_details',
    sentButton('order_details', { type: 'action', action: { order_details: order } }),
  ),
  'template with offer': template(
    'offer',
    {
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1893456000000 } }],
    },
    sentButton('copy_code', { type: 'coupon_code', coupon_code: 'SAVE' }),
    sentButton('url', { type: 'text', text: '42' }, 1),
  ),
  'template with product': template('product', productHeader),
  'template with cards': template('cards', {
    type: 'carousel',
    cards: [0, 1].map((card_index) => ({ card_index, components: [{ type: 'header', parameters: [image] }] })),
  }),
  'template with product cards': template('product_cards', {
    type: 'carousel',
    cards: [0, 1, 2].map((card_index) => ({ card_index, components: [productHeader] })),
  }),
  'template with tap target': template('plain', {
    type: 'tap_target_configuration',
    parameters: [{ type: 'tap_target_configuration', tap_target_configuration: [{ url: LINK, title: 'Details' }] }],
  }),
  'template with one-time code': template(
    'code',
    { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
    sentButton('url', { type: 'text', text: '123456' }),
  ),
  'template with texts': template(
    'texts',
    { type: 'header', parameters: [{ type: 'text', text: 'Ana' }] },
    {
      type: 'body',
      parameters: [
        { type: 'text', text: 'INV-7' },
        { type: 'currency', currency: { fallback_value: '€ 25.00', code: 'EUR', amount_1000: 25000 } },
        { type: 'date_time', date_time: { fallback_value: '1 March' } },
        { type: 'group_id', group_id: 'regulars' },
      ],
    },
    sentButton('url', { type: 'text', text: 'INV-7' }),
  ),
  'template with image': template('image', { type: 'header', parameters: [image] }),
  'template with video': template('video', header('video', { link: LINK })),
  'template with gif': template('gif', header('gif', { link: LINK })),
  'template with document': template('document', header('document', { link: LINK, filename: 'paper.pdf' })),
  'template with place': template('location', header('location', { latitude: 37.44, longitude: -122.16 })),
  'template with catalog': template(
    'catalog',
    sentButton('catalog', { type: 'action', action: { thumbnail_product_retailer_id: PRODUCT } }),
  ),
} satisfies Record<string, Message>

const BODY = { type: 'BODY', text: 'Good morning.' }
const seed = (name: string, ...components: Message[]): TemplateSeed => ({
  name,
  language: 'en_US',
  category: 'MARKETING',
  components,
})
const buttons = (...buttons: Message[]) => ({ type: 'BUTTONS', buttons })
const cards = (format: string) => ({
  type: 'CAROUSEL',
  cards: [0, 1].map(() => ({ components: [{ type: 'HEADER', format }] })),
})
const copyCode = { type: 'COPY_CODE', text: 'Copy code', example: 'SAVE' }

/** What the examples of template sends name. */
export const exampleTemplates: TemplateSeed[] = [
  seed('plain', BODY),
  seed('quick_reply', BODY, buttons({ type: 'QUICK_REPLY', text: 'Yes' })),
  seed('copy_code', BODY, buttons(copyCode)),
  seed('flow', BODY, buttons({ type: 'FLOW', text: 'Book', flow_id: '1234' })),
  seed('mpm', BODY, buttons({ type: 'MPM', text: 'View items' })),
  seed('voice_call', BODY, buttons({ type: 'VOICE_CALL', text: 'Call' })),
  seed('order_details', BODY, buttons({ type: 'ORDER_DETAILS', text: 'Review and pay' })),
  seed(
    'offer',
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Today', has_expiration: true } },
    BODY,
    buttons(copyCode, { type: 'URL', text: 'Shop', url: 'https://example.com/{{1}}' }),
  ),
  seed('product', { type: 'HEADER', format: 'PRODUCT' }, BODY),
  seed(
    'texts',
    { type: 'HEADER', format: 'TEXT', text: '{{1}}' },
    { type: 'BODY', text: '{{1}}{{2}}{{3}}{{4}}' },
    buttons({ type: 'URL', text: 'See', url: 'https://example.com/{{1}}' }),
  ),
  ...['image', 'video', 'gif', 'document', 'location'].map((format) =>
    seed(format, { type: 'HEADER', format: format.toUpperCase() }, BODY),
  ),
  seed('catalog', BODY, buttons({ type: 'CATALOG', text: 'See all' })),
  seed('cards', BODY, cards('IMAGE')),
  seed('product_cards', BODY, cards('PRODUCT')),
  {
    ...seed('code', { type: 'BODY' }, buttons({ type: 'OTP', otp_type: 'COPY_CODE' })),
    category: 'AUTHENTICATION',
  },
]
