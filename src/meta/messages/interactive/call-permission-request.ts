import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const callPermissionRequest = defineMessage({
  kind: 'interactive.call_permission_request',
  about: 'Asks whether the business may call.',
  content: interactive('call_permission_request', {
    body,
    action: z.looseObject({ name: z.literal('call_permission_request') }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'call_permission_request',
      body: { text: 'May we call you about your order?' },
      action: { name: 'call_permission_request' },
    },
  },
})
