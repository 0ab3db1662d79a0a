import { z } from 'zod'
import { defineMessage } from './define-message.ts'

export const reaction = defineMessage({
  kind: 'reaction',
  about: 'An emoji on a message of the last 30 days; an empty `emoji` takes it back.',
  content: z.looseObject({ message_id: z.string(), emoji: z.string().optional() }),
  preview: ({ emoji }) => emoji ?? '',
  example: { type: 'reaction', reaction: { message_id: 'wamid.HBgLMTU1NTEyMzQ1NjcVAgASGA==', emoji: '👍' } },
})
