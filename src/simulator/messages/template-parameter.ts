import { badParam, messagingError } from '../graph-error.ts'
import type { Param } from '../param.ts'
import type { Findings } from './define.ts'
import { checkTtlMinutes } from './interactive/voice-call.ts'
import { checkLocation } from './location.ts'
import { checkMediaObject } from './media-object.ts'

type Check = (value: Param, findings: Findings) => void

/** Every type a template parameter can have, with the shape of its value. */
const PARAMETERS: Record<string, Check> = {
  text: (value) => checkText(value),
  currency: (value) => {
    value.object(['fallback_value', 'code', 'amount_1000'])
    value.at('fallback_value').text()
    value.at('code').text()
    value.at('amount_1000').number()
  },
  date_time: (value) => {
    // The parts of a date are read by no Cloud API client any more: the fallback is what is shown.
    value.anyObject()
    value.at('fallback_value').text()
  },
  image: (value, findings) => checkMediaObject(value, 'image', [], findings),
  video: (value, findings) => checkMediaObject(value, 'video', [], findings),
  gif: (value, findings) => checkMediaObject(value, 'video', [], findings),
  document: (value, findings) => checkMediaObject(value, 'document', ['filename'], findings),
  location: checkLocation,
  product: (value) => {
    value.object(['product_retailer_id', 'catalog_id'])
    value.at('product_retailer_id').text()
    value.at('catalog_id').optionalText()
  },
  payload: (value) => void value.text(),
  coupon_code: (value) => {
    const most = value.switches.coupon_code_length
    if (!/^[a-z0-9]+$/i.test(value.text()) || value.text().length > most) {
      throw messagingError(131009, `Param ${value.path} must be 1 to ${most} letters and digits.`)
    }
  },
  action: (value) => void value.anyObject(),
  ttl_minutes: checkTtlMinutes,
  group_id: (value) => void value.text(),
}

/** One parameter of a component: its type, and under the type's name its value. */
export function checkTemplateParameter(parameter: Param, findings: Findings): void {
  parameter.anyObject()
  const type = parameter.at('type').text().toLowerCase()
  const check = Object.hasOwn(PARAMETERS, type) ? PARAMETERS[type] : undefined
  if (!check) throw parameter.at('type').notOneOf(Object.keys(PARAMETERS))
  // `payment_link_preview` stands beside the text of a payment button.
  parameter.object(['type', type, 'parameter_name', 'payment_link_preview'])
  parameter.at('parameter_name').optionalText()
  const value = parameter.at(type)
  if (!value.given) throw messagingError(131008, `Parameter of type ${type} is missing ${type} value`)
  check(value, findings)
}

function checkText(value: Param): void {
  // Meta's own samples give true and false as the payload of a quick reply.
  if (typeof value.value === 'boolean') return
  if (value.value === '') throw messagingError(131008, 'Parameter of type text is missing text value')
  if (typeof value.value !== 'string') throw badParam(`Param ${value.path} must be a string.`)
}
