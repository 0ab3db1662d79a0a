import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const orderStatus = defineMessage({
  kind: 'interactive.order_status',
  about: 'How an order that was sent as order_details is getting on.',
  content: interactive('order_status', {
    body,
    action: z.looseObject({
      name: z.literal('review_order'),
      parameters: z.looseObject({
        reference_id: z.string(),
        order: z.looseObject({ status: z.string(), description: z.string().optional() }),
        payment: z.looseObject({ status: z.string() }).optional(),
      }),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'order_status',
      body: { text: 'Your order has left us.' },
      action: {
        name: 'review_order',
        parameters: { reference_id: 'ORDER-123', order: { status: 'shipped', description: 'With you tomorrow' } },
      },
    },
  },
})
