import { hasEmoji } from '../../emoji.ts'
import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { checkCount, checkTrimmed, checkUnique } from './shared-rules.ts'

/** The buttons of a message (`reply`) or of a carousel's card (`quick_reply`). Returns how many. */
export function checkReplyButtons(buttons: Param, type: 'reply' | 'quick_reply'): number {
  const list = buttons.list()
  checkCount('buttons', list.length, 1, 3)
  const replies = list.map((button) => checkReplyButton(button, type))
  checkUnique(
    'Button id',
    replies.map(({ id }) => id),
  )
  checkUnique(
    'Button title',
    replies.map(({ title }) => title),
  )
  return list.length
}

function checkReplyButton(button: Param, type: string): { id: string; title: string } {
  button.object(['type', type])
  button.at('type').oneOf([type], 131009)
  const reply = button.at(type).object(['id', 'title'])
  const id = checkTrimmed('Button id', reply.at('id').text({ max: 256, invalid: 'Button id' }))
  const title = checkTrimmed('Button title', reply.at('title').text({ max: 20, invalid: 'Button title' }))
  if (button.switches.button_emoji === 'refused' && hasEmoji(title)) {
    throw messagingError(131009, 'Button title must not have emoji.')
  }
  return { id, title }
}
