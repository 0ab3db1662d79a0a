import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const addressMessage = defineMessage({
  kind: 'interactive.address_message',
  about: 'Asks for a delivery address. India only.',
  content: interactive('address_message', {
    body,
    action: z.looseObject({
      name: z.literal('address_message'),
      parameters: z.looseObject({
        country: z.string(),
        values: z.looseObject({}).optional(),
        saved_addresses: z.array(z.looseObject({ id: z.string(), value: z.looseObject({}) })).optional(),
        validation_errors: z.looseObject({}).optional(),
      }),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'address_message',
      body: { text: 'Where shall we deliver?' },
      action: {
        name: 'address_message',
        parameters: { country: 'IN', values: { name: 'Asha', in_pin_code: '400063', city: 'Mumbai' } },
      },
    },
  },
})
