import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'

export const callPermissionRequest = defineInteractive({
  type: 'call_permission_request',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action: (action) => void action.object(['name']).at('name').oneOf(['call_permission_request'], 131009),
})
