import { z } from 'zod'
import { defineMessage } from '../define-message.ts'
import { body, bodyText, interactive } from './shared.ts'

export const flow = defineMessage({
  kind: 'interactive.flow',
  about: 'A button that opens a flow, by its id or its name. A flow that is a draft needs `mode: "draft"`.',
  content: interactive('flow', {
    body,
    action: z.looseObject({
      name: z.literal('flow'),
      parameters: z.looseObject({
        flow_message_version: z.string(),
        flow_id: z.string().optional(),
        flow_name: z.string().optional(),
        flow_cta: z.string(),
        mode: z.string().optional(),
        flow_token: z.string().optional(),
        flow_action: z.string().optional(),
        flow_action_payload: z.looseObject({ screen: z.string().optional() }).optional(),
      }),
    }),
  }),
  preview: bodyText,
  example: {
    type: 'interactive',
    interactive: {
      type: 'flow',
      body: { text: 'Book a table for tonight.' },
      action: {
        name: 'flow',
        parameters: {
          flow_message_version: '3',
          flow_name: 'book_table',
          flow_cta: 'Book',
          flow_token: 'table-7',
          flow_action: 'navigate',
          flow_action_payload: { screen: 'BOOK', data: { guests: 2 } },
        },
      },
    },
  },
})
