import { z } from 'zod'
import { defineMessage } from './define-message.ts'
import { caption, media } from './media.ts'

export const document = defineMessage({
  kind: 'document',
  about: 'A file of up to 100 MB, with the name it is shown under and a caption.',
  content: media({ caption, filename: z.string().optional() }),
  preview: ({ caption, filename }) => caption ?? filename ?? 'Document',
  example: {
    type: 'document',
    document: { link: 'https://example.com/invoice.pdf', filename: 'invoice.pdf', caption: 'Your invoice' },
  },
})
