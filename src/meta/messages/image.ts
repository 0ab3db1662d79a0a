import { defineMessage } from './define-message.ts'
import { caption, media } from './media.ts'

export const image = defineMessage({
  kind: 'image',
  about: 'A picture, by the id of an upload or by a public link, with a caption of up to 1024 characters.',
  content: media({ caption }),
  preview: ({ caption }) => caption ?? 'Image',
  example: { type: 'image', image: { link: 'https://example.com/photo.jpg', caption: 'Your order on its way' } },
})
