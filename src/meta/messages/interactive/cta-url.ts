import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const ctaUrl = defineMessage({
  kind: 'interactive.cta_url',
  about: 'A button that opens a web address.',
  content: interactive('cta_url', {
    body,
    action: z.looseObject({
      name: z.literal('cta_url'),
      parameters: z.looseObject({ display_text: z.string(), url: z.string() }),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'cta_url',
      body: { text: 'Follow your order.' },
      action: {
        name: 'cta_url',
        parameters: { display_text: 'See order', url: 'https://example.com/orders/ORDER-123' },
      },
    },
  },
})
