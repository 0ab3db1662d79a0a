import { defineMessage } from './define.ts'
import { checkMediaObject } from './media-object.ts'

export const sticker = defineMessage({
  type: 'sticker',
  check: (payload, findings) => checkMediaObject(payload, 'sticker', [], findings),
})
