import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

const row = z.looseObject({ id: z.string(), title: z.string(), description: z.string().optional() })

export const list = defineMessage({
  kind: 'interactive.list',
  about: 'A menu behind a button: up to ten rows in up to ten sections.',
  content: interactive('list', {
    body,
    action: z.looseObject({
      button: z.string(),
      sections: z.array(z.looseObject({ title: z.string().optional(), rows: z.array(row) })),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'list',
      body: { text: 'What would you like?' },
      action: {
        button: 'View options',
        sections: [
          {
            title: 'Menu',
            rows: [
              { id: 'opt_1', title: 'Pickup', description: 'Ready in 20 minutes' },
              { id: 'opt_2', title: 'Delivery', description: 'With you in an hour' },
            ],
          },
        ],
      },
    },
  },
})
