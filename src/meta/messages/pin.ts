import { z } from 'zod'
import { defineMessage } from './define-message.ts'

export const pin = defineMessage({
  kind: 'pin',
  about: 'Pins a message in a group, for 1 to 30 days, or takes the pin away. Groups only.',
  content: z.looseObject({ type: z.string(), message_id: z.string(), expiration_days: z.number().optional() }),
  preview: ({ type }) => (type === 'unpin' ? 'Message unpinned' : 'Message pinned'),
  example: {
    recipient_type: 'group',
    to: 'Y2FwaV9ncm91cDoxMDAwMDAwMDAwMDAwMTE6MTIwMzYz',
    type: 'pin',
    pin: { type: 'pin', message_id: 'wamid.HBgLMTU1NTEyMzQ1NjcVAgASGA==', expiration_days: 7 },
  },
})
