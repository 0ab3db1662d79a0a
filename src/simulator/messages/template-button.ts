import type { Param } from '../param.ts'
import type { Findings } from './define.ts'
import { checkOrderDetails } from './interactive/order.ts'
import { checkProductSections } from './interactive/products.ts'
import { CALL_PAYLOAD } from './interactive/voice-call.ts'
import { checkTemplateParameter } from './template-parameter.ts'

type Check = (action: Param, findings: Findings) => void

/** Every button that takes something when it is sent, and what its action may say. */
const BUTTONS: Record<string, Check | undefined> = {
  quick_reply: undefined,
  url: undefined,
  copy_code: undefined,
  voice_call: undefined,
  flow(action) {
    action.object(['flow_token', 'flow_action_data'])
    action.at('flow_token').optionalText()
    if (action.at('flow_action_data').given) action.at('flow_action_data').anyObject()
  },
  catalog(action) {
    action.object(['thumbnail_product_retailer_id'])
    action.at('thumbnail_product_retailer_id').optionalText()
  },
  mpm(action) {
    action.object(['thumbnail_product_retailer_id', 'sections'])
    action.at('thumbnail_product_retailer_id').optionalText()
    checkProductSections(action.at('sections'))
  },
  order_details(action, findings) {
    checkOrderDetails(action.object(['order_details']).at('order_details'), findings)
  },
}
export const BUTTON_TYPES = Object.keys(BUTTONS)

const PAYLOADS: Record<string, typeof CALL_PAYLOAD | undefined> = {
  // Meta rule: of its older guides; the newer ones name no limit.
  quick_reply: { max: 128, invalid: 'Button payload' },
  voice_call: CALL_PAYLOAD,
}

/** The parameters of a button, whatever the template says of it. */
export function checkButtonParameters(subType: string, parameters: Param, findings: Findings): void {
  for (const parameter of parameters.list()) {
    checkTemplateParameter(parameter, findings)
    if (parameter.at('action').given) BUTTONS[subType]?.(parameter.at('action'), findings)
    const payload = PAYLOADS[subType]
    if (payload && parameter.at('payload').given) parameter.at('payload').text(payload)
  }
}
