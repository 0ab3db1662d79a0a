import { defineInteractive } from '../define.ts'

export const locationRequestMessage = defineInteractive({
  type: 'location_request_message',
  headers: [],
  body: { max: 1024, required: true },
  footer: false,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['send_location'], 131009)
    // A published client sends this with every location request, and it has always worked.
    if (action.at('parameters').given) action.at('parameters').object(['request_message'])
  },
})
