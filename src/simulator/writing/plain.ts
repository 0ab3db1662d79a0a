import { z } from 'zod'
import { defineInbound } from './define.ts'

export const text = defineInbound({
  type: 'text',
  content: z.strictObject({ body: z.string().min(1).max(65_536) }),
})

export const location = defineInbound({
  type: 'location',
  content: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: z.string().optional(),
    address: z.string().optional(),
    url: z.string().optional(),
  }),
})

export const contacts = defineInbound({
  type: 'contacts',
  content: z.array(z.looseObject({ name: z.looseObject({ formatted_name: z.string() }) })).min(1),
})

export const reaction = defineInbound({
  type: 'reaction',
  // A removed reaction has no `emoji` at all.
  content: z.strictObject({ message_id: z.string().min(1), emoji: z.string().min(1).optional() }),
  happens({ message_id, emoji }, { simulation, customer }) {
    const target = simulation.state.messages.get(message_id)
    if (!target) return
    const { [customer.wa_id]: _, ...others } = target.reactions ?? {}
    target.reactions = emoji === undefined ? others : { ...others, [customer.wa_id]: emoji }
  },
})

export const order = defineInbound({
  type: 'order',
  content: z.strictObject({
    catalog_id: z.string(),
    text: z.string().optional(),
    product_items: z
      .array(
        z.strictObject({
          product_retailer_id: z.string(),
          quantity: z.number().int().positive(),
          item_price: z.number(),
          currency: z.string(),
        }),
      )
      .min(1),
  }),
})

/** The customer has opened the chat for the first time; gone since March 2026. */
export const requestWelcome = defineInbound({
  type: 'request_welcome',
  content: z.undefined(),
  contentOptional: true,
})

export const unsupported = defineInbound({
  type: 'unsupported',
  content: z.strictObject({ type: z.string() }),
  contentOptional: true,
  beside: {
    errors: [
      {
        code: 131051,
        title: 'Message type unknown',
        message: 'Message type unknown',
        error_data: { details: 'Message type is currently not supported.' },
      },
    ],
  },
})
