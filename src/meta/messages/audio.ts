import { z } from 'zod'
import { defineMessage } from './define-message.ts'
import { media } from './media.ts'

export const audio = defineMessage({
  kind: 'audio',
  about: 'A sound. With `voice: true` it is a voice message, which must be OGG with the Opus codec.',
  content: media({ voice: z.boolean().optional() }),
  preview: ({ voice }) => (voice ? 'Voice message' : 'Audio'),
  example: { type: 'audio', audio: { link: 'https://example.com/greeting.mp3' } },
  variants: [
    {
      about: 'A voice message:',
      example: { type: 'audio', audio: { link: 'https://example.com/greeting.ogg', voice: true } },
    },
  ],
})
