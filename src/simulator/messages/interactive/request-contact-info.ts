import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'

export const requestContactInfo = defineInteractive({
  type: 'request_contact_info',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action: (action) => void action.object(['name']).at('name').oneOf(['request_contact_info'], 131009),
})
