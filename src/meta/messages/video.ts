import { defineMessage } from './define-message.ts'
import { caption, media } from './media.ts'

export const video = defineMessage({
  kind: 'video',
  about: 'A film (MP4 or 3GP, up to 16 MB), by the id of an upload or by a public link, with a caption.',
  content: media({ caption }),
  preview: ({ caption }) => caption ?? 'Video',
  example: { type: 'video', video: { link: 'https://example.com/film.mp4', caption: 'How to set it up' } },
})
