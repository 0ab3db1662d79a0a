import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'
import { checkUrlButton } from './url-button.ts'

export const ctaUrl = defineInteractive({
  type: 'cta_url',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action: checkUrlButton,
})
