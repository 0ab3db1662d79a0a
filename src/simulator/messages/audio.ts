import { defineMessage } from './define.ts'
import { checkMediaObject } from './media-object.ts'

export const audio = defineMessage({
  type: 'audio',
  check(payload, findings) {
    checkMediaObject(payload, 'audio', ['voice'], findings)
    payload.at('voice').optionalBoolean()
  },
})
