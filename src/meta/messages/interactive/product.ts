import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, interactive } from './shared.ts'

export const product = defineMessage({
  kind: 'interactive.product',
  about: 'One product of the catalog. It has no header, and a body only if one is given.',
  content: interactive('product', {
    body: body.optional(),
    action: z.looseObject({ catalog_id: z.string(), product_retailer_id: z.string() }),
  }),
  preview: ({ body, action }) => body?.text ?? action.product_retailer_id,
  example: {
    type: 'interactive',
    interactive: {
      type: 'product',
      body: { text: 'This one is back in stock.' },
      action: { catalog_id: '100000000000002', product_retailer_id: 'SKU_THUMBNAIL' },
    },
  },
})
