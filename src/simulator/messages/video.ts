import { defineMessage } from './define.ts'
import { checkMediaObject } from './media-object.ts'

export const video = defineMessage({
  type: 'video',
  check: (payload, findings) => checkMediaObject(payload, 'video', ['caption'], findings),
})
