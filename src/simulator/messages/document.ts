import { defineMessage } from './define.ts'
import { checkMediaObject } from './media-object.ts'

export const document = defineMessage({
  type: 'document',
  check: (payload, findings) => checkMediaObject(payload, 'document', ['caption', 'filename'], findings),
})
