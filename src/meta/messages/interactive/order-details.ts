import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

const amount = z.looseObject({ value: z.number(), offset: z.number() })

export const orderDetails = defineMessage({
  kind: 'interactive.order_details',
  about: 'An order to be paid in the chat. Brazil and India. Amounts are in hundredths.',
  content: interactive('order_details', {
    body,
    action: z.looseObject({
      name: z.literal('review_and_pay'),
      parameters: z.looseObject({
        reference_id: z.string(),
        type: z.string(),
        payment_settings: z.array(z.looseObject({ type: z.string() })).optional(),
        currency: z.string(),
        total_amount: amount,
        order: z.looseObject({ status: z.string(), items: z.array(z.looseObject({ name: z.string() })) }),
      }),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'order_details',
      body: { text: 'Your order is ready to be paid.' },
      action: {
        name: 'review_and_pay',
        parameters: {
          reference_id: 'ORDER-123',
          type: 'digital-goods',
          payment_type: 'br',
          payment_settings: [
            {
              type: 'pix_dynamic_code',
              pix_dynamic_code: {
                code: '00020101021226700014br.gov.bcb.pix2548pix.example.com',
                merchant_name: 'Example Shop',
                key: '39580525000189',
                key_type: 'CNPJ',
              },
            },
          ],
          currency: 'BRL',
          total_amount: { value: 5000, offset: 100 },
          order: {
            status: 'pending',
            items: [{ retailer_id: 'SKU_THUMBNAIL', name: 'Cake', amount: { value: 5000, offset: 100 }, quantity: 1 }],
            subtotal: { value: 5000, offset: 100 },
            tax: { value: 0, offset: 100 },
          },
        },
      },
    },
  },
})
