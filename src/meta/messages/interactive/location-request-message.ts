import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const locationRequestMessage = defineMessage({
  kind: 'interactive.location_request_message',
  about: 'Asks the person to share a location.',
  content: interactive('location_request_message', {
    body,
    action: z.looseObject({ name: z.literal('send_location') }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'location_request_message',
      body: { text: 'Where shall we deliver?' },
      action: { name: 'send_location' },
    },
  },
})
