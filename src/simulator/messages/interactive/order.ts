import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import type { Findings } from '../define.ts'

type Currency = 'INR' | 'BRL'

const REFERENCE_LIMIT: Record<Currency, number> = { INR: 35, BRL: 60 }
/** Meta rule: amounts are given in hundredths, whatever the currency. */
const OFFSET = 100
/** Ours: the largest amount that sums stay exact with. */
const LARGEST = 1e12
/** Each is an object of its name beside the type. */
const PAYMENT_SETTINGS = ['payment_gateway', 'pix_dynamic_code', 'payment_link', 'boleto', 'offsite_card_pay']

/** Of an order's expiration and of its status. */
export const DESCRIPTION = { max: 120, invalid: 'Description' }
const CHARGE_DESCRIPTION = { max: 60, invalid: 'Description' }

/** The parameters of an order to pay, of a message or of a template's button. */
export function checkOrderDetails(parameters: Param, findings: Findings): void {
  parameters.object([
    'reference_id',
    'type',
    'payment_type',
    'payment_settings',
    // Of older orders; the market's guides still show them.
    'payment_configuration',
    'beneficiaries',
    'shipping_info',
    'currency',
    'total_amount',
    'order',
  ])
  const currency = parameters.at('currency').oneOf(['INR', 'BRL'], 131009)
  checkReferenceId(parameters.at('reference_id'), currency)
  parameters.at('type').oneOf(['digital-goods', 'physical-goods'], 131009)
  parameters.at('payment_type').optionalText()
  parameters.at('payment_configuration').optionalText()
  if (parameters.at('payment_settings').given) {
    for (const setting of parameters.at('payment_settings').list()) checkPaymentSetting(setting)
  }
  if (parameters.at('beneficiaries').given) for (const one of parameters.at('beneficiaries').list()) one.anyObject()
  if (parameters.at('shipping_info').given) parameters.at('shipping_info').anyObject()
  const total = checkAmount(parameters.at('total_amount'))
  const due = checkOrder(parameters.at('order'), findings)
  if (total !== due) throw messagingError(131009, `Total amount ${total} does not match the order's ${due}.`)
}

export function checkReferenceId(reference: Param, currency: Currency): void {
  const id = reference.text({ max: REFERENCE_LIMIT[currency], invalid: 'Reference id' })
  if (/^[A-Za-z0-9_.-]+$/.test(id)) return
  throw messagingError(131009, `Param ${reference.path} may only have letters, digits, "_", "-" and ".".`)
}

function checkPaymentSetting(setting: Param): void {
  setting.object(['type', ...PAYMENT_SETTINGS])
  const type = setting.at('type').oneOf(PAYMENT_SETTINGS, 131009)
  const value = setting.at(type)
  value.anyObject()
  if (type !== 'payment_gateway') return
  value.at('type').text()
  value.at('configuration_name').text()
}

/** Returns what is to be paid. */
function checkOrder(order: Param, findings: Findings): number {
  order.object(['status', 'catalog_id', 'expiration', 'items', 'subtotal', 'tax', 'shipping', 'discount'])
  order.at('status').oneOf(['pending'], 131009)
  order.at('catalog_id').optionalText()
  checkExpiration(order.at('expiration'), findings)
  const items = order.at('items').list()
  if (items.length === 0) throw messagingError(131009, 'Invalid items count. Min allowed items: 1')
  const sum = items.map(checkItem).reduce((total, line) => total + line, 0)
  const subtotal = checkAmount(order.at('subtotal'))
  if (subtotal !== sum) throw messagingError(131009, `Subtotal ${subtotal} does not match the items' ${sum}.`)
  const tax = checkCharge(order.at('tax'))
  const shipping = order.at('shipping').given ? checkCharge(order.at('shipping')) : 0
  const discount = order.at('discount').given ? checkCharge(order.at('discount'), ['discount_program_name']) : 0
  return subtotal + tax + shipping - discount
}

function checkExpiration(expiration: Param, findings: Findings): void {
  if (!expiration.given) return
  expiration.object(['timestamp', 'description'])
  const timestamp = expiration.at('timestamp')
  findings.expirations.push({ path: timestamp.path, at: timestamp.number() })
  expiration.at('description').optionalText(DESCRIPTION)
}

/** Returns what the line costs. */
function checkItem(item: Param): number {
  item.object([
    'retailer_id',
    'name',
    'amount',
    'quantity',
    'sale_amount',
    'country_of_origin',
    'importer_name',
    'importer_address',
  ])
  for (const key of ['retailer_id', 'country_of_origin', 'importer_name']) item.at(key).optionalText()
  item.at('name').text({ max: 60, invalid: 'Item name' })
  if (item.at('importer_address').given) item.at('importer_address').anyObject()
  const amount = checkAmount(item.at('amount'))
  const price = item.at('sale_amount').given ? checkAmount(item.at('sale_amount')) : amount
  return price * item.at('quantity').integerBetween(1, LARGEST)
}

function checkCharge(charge: Param, extra: string[] = []): number {
  const amount = checkAmount(charge, ['description', ...extra])
  for (const key of ['description', ...extra]) charge.at(key).optionalText(CHARGE_DESCRIPTION)
  return amount
}

/** Returns the amount in hundredths. */
function checkAmount(amount: Param, extra: string[] = []): number {
  amount.object(['value', 'offset', ...extra])
  const offset = amount.at('offset')
  if (offset.number() !== OFFSET) throw messagingError(131009, `Param ${offset.path} must be ${OFFSET}.`)
  return amount.at('value').integerBetween(0, LARGEST)
}
