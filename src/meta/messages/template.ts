import { z } from 'zod'
import { defineMessage } from './define-message.ts'
import { media } from './media.ts'

const text = z.string().optional()
const file = media({ filename: text }).optional()

/** What fills one place of a template: a `type`, and under the name of the type its value. */
const parameter = z.looseObject({
  type: z.string(),
  parameter_name: text,
  text: z.unknown().optional(),
  currency: z.looseObject({ fallback_value: z.string(), code: z.string(), amount_1000: z.number() }).optional(),
  date_time: z.looseObject({ fallback_value: z.string() }).optional(),
  image: file,
  video: file,
  gif: file,
  document: file,
  location: z.looseObject({}).optional(),
  product: z.looseObject({ product_retailer_id: z.string(), catalog_id: text }).optional(),
  payload: z.unknown().optional(),
  coupon_code: text,
  action: z.looseObject({}).optional(),
  ttl_minutes: z.unknown().optional(),
  group_id: text,
  limited_time_offer: z.looseObject({ expiration_time_ms: z.number() }).optional(),
  tap_target_configuration: z.array(z.looseObject({ url: z.string(), title: z.string() })).optional(),
})

/** `header`, `body`, `button` (with `sub_type` and `index`), `carousel` (with `cards`), `limited_time_offer` and so on. */
const component = z.looseObject({
  type: z.string(),
  sub_type: text,
  index: z.union([z.string(), z.number()]).optional(),
  parameters: z.array(parameter).optional(),
})

const card = z.looseObject({
  card_index: z.union([z.string(), z.number()]),
  components: z.array(component),
})

export const template = defineMessage({
  kind: 'template',
  about: 'An approved template with its variables: the only kind that may be sent outside the 24-hour window.',
  content: z.looseObject({
    name: z.string(),
    language: z.looseObject({ code: z.string(), policy: text }),
    components: z.array(component.extend({ cards: z.array(card).optional() })).optional(),
  }),
  preview: ({ name }) => name,
  example: {
    type: 'template',
    template: {
      name: 'order_ready_named',
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'order_id', text: 'ORDER-123' }] }],
    },
  },
  variants: [
    {
      about: 'A document above the text, an amount and a date in it, and buttons below:',
      example: {
        type: 'template',
        template: {
          name: 'invoice_due',
          language: { code: 'en_US' },
          components: [
            {
              type: 'header',
              parameters: [
                { type: 'document', document: { link: 'https://example.com/invoice.pdf', filename: 'invoice.pdf' } },
              ],
            },
            {
              type: 'body',
              parameters: [
                { type: 'currency', currency: { fallback_value: '€ 25.00', code: 'EUR', amount_1000: 25000 } },
                { type: 'date_time', date_time: { fallback_value: '1 March' } },
              ],
            },
            { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'INV-7' }] },
            { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'paid' }] },
          ],
        },
      },
    },
    {
      about: 'A place:',
      example: {
        type: 'template',
        template: {
          name: 'where_to_find_us',
          language: { code: 'en_US' },
          components: [
            {
              type: 'header',
              parameters: [
                {
                  type: 'location',
                  location: { latitude: -23.5614, longitude: -46.6559, name: 'Our shop', address: 'Av. Paulista 1578' },
                },
              ],
            },
          ],
        },
      },
    },
    {
      about: 'An offer that ends, with its code:',
      example: {
        type: 'template',
        template: {
          name: 'weekend_offer',
          language: { code: 'en_US' },
          components: [
            { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/offer.jpg' } }] },
            {
              type: 'limited_time_offer',
              parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 4102444800000 } }],
            },
            {
              type: 'button',
              sub_type: 'copy_code',
              index: '0',
              parameters: [{ type: 'coupon_code', coupon_code: 'SAVE25' }],
            },
            { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'sale' }] },
          ],
        },
      },
    },
    {
      about: 'Cards to leaf through:',
      example: {
        type: 'template',
        template: {
          name: 'new_arrivals',
          language: { code: 'en_US' },
          components: [
            {
              type: 'carousel',
              cards: ['shoes', 'hats'].map((name, card_index) => ({
                card_index,
                components: [
                  {
                    type: 'header',
                    parameters: [{ type: 'image', image: { link: `https://example.com/${name}.jpg` } }],
                  },
                  {
                    type: 'button',
                    sub_type: 'quick_reply',
                    index: '0',
                    parameters: [{ type: 'payload', payload: name }],
                  },
                ],
              })),
            },
          ],
        },
      },
    },
  ],
})
