import { z } from 'zod'
import { defineMessage } from './define-message.ts'

export const text = defineMessage({
  kind: 'text',
  about: 'Text of up to 4096 characters; the first link gets a preview when preview_url is true.',
  content: z.looseObject({ body: z.string(), preview_url: z.boolean().optional() }),
  preview: ({ body }) => body,
  example: { type: 'text', text: { body: 'Hello!' } },
})
