import { isOneEmoji } from '../emoji.ts'
import { messagingError } from '../graph-error.ts'
import { defineMessage } from './define.ts'

export const reaction = defineMessage({
  type: 'reaction',
  quotesNothing: true,
  check(payload) {
    payload.object(['message_id', 'emoji'])
    payload.at('message_id').text()
    const emoji = payload.at('emoji')
    if (!emoji.given) throw emoji.missing()
    // Meta rule: an empty text takes the reaction back.
    const text = emoji.optionalText()
    if (text && !isOneEmoji(text)) throw messagingError(131009, `Param ${emoji.path} must be one emoji.`)
  },
})
