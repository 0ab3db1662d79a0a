import { type Bound, COMPONENT, changed, PARAMETER, PRODUCT, some, templateCard, x } from './changed.ts'

/** What stands beside the first text in the body of the template with texts. Characters. */
const OTHER_TEXTS = '€ 25.001 Marchregulars'.length

/** As `most`, of templates. */
export const mostOfTemplates: Bound[] = [
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
  [
    'template with texts',
    'header',
    60,
    132005,
    (n) => changed('template with texts', { [`${PARAMETER}.text`]: 'a'.repeat(n) }),
  ],
  [
    'template with texts',
    'body',
    1024,
    132005,
    (n) => changed('template with texts', { 'template.components.1.parameters.0.text': 'a'.repeat(n - OTHER_TEXTS) }),
  ],
  [
    'template with texts',
    'address of a button',
    2000,
    132005,
    (n) =>
      changed('template with texts', {
        'template.components.2.parameters.0.text': 'a'.repeat(n - 'https://example.com/'.length),
      }),
  ],
]
