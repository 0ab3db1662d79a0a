import { messagingError } from '../../graph/error.ts'
import { defineInteractive } from '../define.ts'
import { isWebUrl } from '../media-object.ts'

export const ctaUrl = defineInteractive({
  type: 'cta_url',
  headers: ['text', 'image', 'video', 'document'],
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['cta_url'], 131009)
    const parameters = action.at('parameters').object(['display_text', 'url'])
    parameters.at('display_text').text({ max: 20, invalid: 'Button display text' })
    const url = parameters.at('url')
    if (!isWebUrl(url.text())) throw messagingError(131009, `Param ${url.path} must be an http or https URL.`)
  },
})
