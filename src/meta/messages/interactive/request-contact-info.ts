import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const requestContactInfo = defineMessage({
  kind: 'interactive.request_contact_info',
  about: 'Asks a person who hides the phone number to share it.',
  content: interactive('request_contact_info', {
    body,
    action: z.looseObject({ name: z.literal('request_contact_info') }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'request_contact_info',
      body: { text: 'May we call you about your order?' },
      action: { name: 'request_contact_info' },
    },
  },
})
