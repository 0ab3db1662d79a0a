import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'
import { checkReplyButtons } from './reply-buttons.ts'

export const button = defineInteractive({
  type: 'button',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action: (action) => void checkReplyButtons(action.object(['buttons']).at('buttons'), 'reply'),
})
