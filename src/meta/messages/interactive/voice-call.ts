import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const voiceCall = defineMessage({
  kind: 'interactive.voice_call',
  about: 'A button that calls the business over WhatsApp.',
  content: interactive('voice_call', {
    body,
    action: z.looseObject({
      name: z.literal('voice_call'),
      parameters: z
        .looseObject({
          display_text: z.string().optional(),
          ttl_minutes: z.number().optional(),
          payload: z.string().optional(),
        })
        .optional(),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'voice_call',
      body: { text: 'Questions? Call us.' },
      action: {
        name: 'voice_call',
        parameters: { display_text: 'Call now', ttl_minutes: 1440, payload: 'order ORDER-123' },
      },
    },
  },
})
