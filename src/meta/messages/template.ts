import { z } from 'zod'
import { defineMessage } from './define-message.ts'

export const template = defineMessage({
  kind: 'template',
  about: 'An approved template with its variables: the only kind that may be sent outside the 24-hour window.',
  content: z.looseObject({
    name: z.string(),
    language: z.looseObject({ code: z.string() }),
    components: z.array(z.looseObject({ type: z.string() })).optional(),
  }),
  example: {
    type: 'template',
    template: {
      name: 'order_ready_named',
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'order_id', text: 'ORDER-123' }] }],
    },
  },
})
