import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const catalogMessage = defineMessage({
  kind: 'interactive.catalog_message',
  about: "Shows the account's catalog, with a product as its picture.",
  content: interactive('catalog_message', {
    body,
    action: z.looseObject({
      name: z.literal('catalog_message'),
      parameters: z.looseObject({ thumbnail_product_retailer_id: z.string().optional() }).optional(),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'catalog_message',
      body: { text: 'Have a look at what we have.' },
      action: { name: 'catalog_message', parameters: { thumbnail_product_retailer_id: 'SKU_THUMBNAIL' } },
    },
  },
})
