import { defineInteractive } from '../define.ts'
import { checkCount, checkTrimmed, checkUnique } from './shared-rules.ts'

export const button = defineInteractive({
  type: 'button',
  headers: ['text', 'image', 'video', 'document'],
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['buttons'])
    const buttons = action.at('buttons').list()
    checkCount('buttons', buttons.length, 1, 3)
    const replies = buttons.map((one) => {
      one.object(['type', 'reply'])
      one.at('type').oneOf(['reply'], 131009)
      const reply = one.at('reply').object(['id', 'title'])
      const id = checkTrimmed('Button id', reply.at('id').text({ max: 256, invalid: 'Button id' }))
      const title = checkTrimmed('Button title', reply.at('title').text({ max: 20, invalid: 'Button title' }))
      return { id, title }
    })
    checkUnique(
      'Button id',
      replies.map((reply) => reply.id),
    )
    checkUnique(
      'Button title',
      replies.map((reply) => reply.title),
    )
  },
})
