import { z } from 'zod'
import { defineMessage } from './define-message.ts'

export const image = defineMessage({
  kind: 'image',
  about: 'A picture, by the id of an upload or by a public link, with a caption of up to 1024 characters.',
  content: z.looseObject({ id: z.string().optional(), link: z.string().optional(), caption: z.string().optional() }),
  example: { type: 'image', image: { link: 'https://example.com/photo.jpg', caption: 'Your order on its way' } },
})
