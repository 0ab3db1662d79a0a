import { ACTION, type Bound, CARDS, card, changed, ORDER, PARAMETERS, PRODUCT, some, x } from './changed.ts'

/** What has a longest length or a largest count: it is accepted at the limit and refused one past it. */
export const most: Bound[] = [
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
]
