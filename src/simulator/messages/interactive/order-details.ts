import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'
import { checkOrderDetails } from './order.ts'

export const orderDetails = defineInteractive({
  type: 'order_details',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action(action, findings) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['review_and_pay'], 131009)
    checkOrderDetails(action.at('parameters'), findings)
  },
})
