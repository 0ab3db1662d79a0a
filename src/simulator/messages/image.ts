import { defineMessage } from './define.ts'
import { checkMediaObject } from './media-object.ts'

export const image = defineMessage({
  type: 'image',
  check: (payload, findings) => checkMediaObject(payload, 'image', ['caption'], findings),
})
