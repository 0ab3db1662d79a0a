import { defineMessage } from './define-message.ts'
import { media } from './media.ts'

export const sticker = defineMessage({
  kind: 'sticker',
  about: 'A sticker (WebP): 100 KB at most, or 500 KB when it moves.',
  content: media({}),
  preview: () => 'Sticker',
  example: { type: 'sticker', sticker: { link: 'https://example.com/thanks.webp' } },
})
