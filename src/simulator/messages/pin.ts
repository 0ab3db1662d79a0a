import { defineMessage } from './define.ts'

export const pin = defineMessage({
  type: 'pin',
  groupsOnly: true,
  check(payload) {
    payload.object(['type', 'message_id', 'expiration_days'])
    payload.at('type').oneOf(['pin', 'unpin'])
    payload.at('message_id').text()
    if (payload.at('expiration_days').given) payload.at('expiration_days').integerBetween(1, 30)
  },
})
