import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { isWebUrl } from '../media-object.ts'

/** The button that opens a link, of a message or of a carousel's card. */
export function checkUrlButton(action: Param): void {
  action.object(['name', 'parameters'])
  action.at('name').oneOf(['cta_url'], 131009)
  const parameters = action.at('parameters').object(['display_text', 'url'])
  parameters.at('display_text').text({ max: 20, invalid: 'Button display text' })
  const url = parameters.at('url')
  if (!isWebUrl(url.text())) throw messagingError(131009, `Param ${url.path} must be an http or https URL.`)
}
