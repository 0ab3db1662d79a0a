import { z } from 'zod'
import { defineInbound } from './define.ts'

/** A tapped quick reply of a template. */
export const button = defineInbound({
  type: 'button',
  content: z.strictObject({ payload: z.string().optional(), text: z.string() }),
  // Meta rule: a quick reply without a payload of its own answers with its label.
  write: async ({ payload, text }) => ({ content: { payload: payload ?? text, text }, media: [] }),
})

/** A tapped reply button, a chosen row, a filled form, leave to call, or a way to pay. */
export const interactive = defineInbound({
  type: 'interactive',
  content: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('button_reply'),
      button_reply: z.strictObject({ id: z.string(), title: z.string() }),
    }),
    z.strictObject({
      type: z.literal('list_reply'),
      list_reply: z.strictObject({ id: z.string(), title: z.string(), description: z.string().optional() }),
    }),
    z.strictObject({
      type: z.literal('nfm_reply'),
      nfm_reply: z.strictObject({
        name: z.string().optional(),
        body: z.string().optional(),
        response_json: z.string(),
      }),
    }),
    z.strictObject({
      type: z.literal('call_permission_reply'),
      call_permission_reply: z.strictObject({
        response: z.enum(['accept', 'reject']),
        is_permanent: z.boolean().optional(),
        expiration_timestamp: z.number().int().optional(),
        response_source: z.enum(['user_action', 'automatic']).optional(),
      }),
    }),
    z.strictObject({
      type: z.literal('payment_method'),
      payment_method: z.looseObject({ payment_method: z.string(), reference_id: z.string() }),
    }),
  ]),
})
