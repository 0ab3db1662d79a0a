import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const button = defineMessage({
  kind: 'interactive.button',
  about: 'A question with one to three reply buttons.',
  content: interactive('button', {
    body,
    action: z.looseObject({
      buttons: z.array(
        z.looseObject({ type: z.literal('reply'), reply: z.looseObject({ id: z.string(), title: z.string() }) }),
      ),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'button',
      body: { text: 'Do you want to confirm your order?' },
      action: {
        buttons: [
          { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
          { type: 'reply', reply: { id: 'no', title: 'No' } },
        ],
      },
    },
  },
})
