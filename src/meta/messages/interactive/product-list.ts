import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

const item = z.looseObject({ product_retailer_id: z.string() })

export const productList = defineMessage({
  kind: 'interactive.product_list',
  about: 'Up to 30 products of the catalog in up to ten sections. The header, a text, is required.',
  content: interactive('product_list', {
    body,
    action: z.looseObject({
      catalog_id: z.string(),
      sections: z.array(z.looseObject({ title: z.string().optional(), product_items: z.array(item) })),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'product_list',
      header: { type: 'text', text: 'For you' },
      body: { text: 'What we think you will like.' },
      action: {
        catalog_id: '100000000000002',
        sections: [{ title: 'New', product_items: [{ product_retailer_id: 'SKU_THUMBNAIL' }] }],
      },
    },
  },
})
