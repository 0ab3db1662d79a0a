import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const carousel = defineMessage({
  kind: 'interactive.carousel',
  about: 'Two to ten cards to leaf through, each with a picture or film and a link or the same number of buttons.',
  content: interactive('carousel', {
    body,
    action: z.looseObject({
      cards: z.array(
        z.looseObject({
          card_index: z.number(),
          type: z.string(),
          header: z.looseObject({ type: z.string() }).optional(),
          body: body.optional(),
          action: z.looseObject({}),
        }),
      ),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'carousel',
      body: { text: 'New this week:' },
      action: {
        cards: [
          {
            card_index: 0,
            type: 'cta_url',
            header: { type: 'image', image: { link: 'https://example.com/shoes.jpg' } },
            body: { text: 'Shoes' },
            action: { name: 'cta_url', parameters: { display_text: 'Look', url: 'https://example.com/shoes' } },
          },
          {
            card_index: 1,
            type: 'cta_url',
            header: { type: 'image', image: { link: 'https://example.com/hats.jpg' } },
            body: { text: 'Hats' },
            action: { name: 'cta_url', parameters: { display_text: 'Look', url: 'https://example.com/hats' } },
          },
        ],
      },
    },
  },
})
