import { defineMessage } from './define.ts'

export const text = defineMessage({
  type: 'text',
  check(payload) {
    payload.object(['body', 'preview_url'])
    payload.at('body').text({ max: 4096, missing: 100 })
    payload.at('preview_url').optionalBoolean()
  },
})
