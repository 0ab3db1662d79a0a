import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'
import { checkReferenceId, DESCRIPTION } from './order.ts'

/** Meta rule: the guides for India and for Brazil spell one of them differently. */
const STATUSES = [
  'pending',
  'processing',
  'partially-shipped',
  'partially_shipped',
  'shipped',
  'completed',
  'canceled',
] as const

export const orderStatus = defineInteractive({
  type: 'order_status',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['review_order'], 131009)
    const parameters = action.at('parameters').object(['reference_id', 'order', 'payment'])
    // The order's market, which the limit depends on, is not named here: the longer one.
    checkReferenceId(parameters.at('reference_id'), 'BRL')
    const order = parameters.at('order').object(['status', 'description'])
    order.at('status').oneOf(STATUSES, 131009)
    order.at('description').optionalText(DESCRIPTION)
    const payment = parameters.at('payment')
    if (!payment.given) return
    payment.object(['status', 'timestamp'])
    payment.at('status').oneOf(['pending', 'captured', 'failed'], 131009)
    if (payment.at('timestamp').given) payment.at('timestamp').number()
  },
})
