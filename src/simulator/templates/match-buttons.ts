import { messagingError } from '../graph-error.ts'
import { checkProduct, checkSomeProduct, findCatalog, productsIn } from '../messages/interactive/products.ts'
import type { Param } from '../param.ts'
import type { Account } from '../state.ts'
import { checkBlanks } from './blanks.ts'
import type { TemplateButton } from './parts.ts'
import { fillVariables, variablesIn } from './variables.ts'

const URL_LIMIT = 2000

/** Which parameter each kind of button takes, and whether it must be there. */
const TAKES: Record<string, { types: string[]; required?: (button: TemplateButton) => boolean }> = {
  QUICK_REPLY: { types: ['payload', 'text'] },
  URL: { types: ['text'], required: (button) => variablesIn(button.url ?? '').length > 0 },
  COPY_CODE: { types: ['coupon_code'], required: () => true },
  FLOW: { types: ['action'] },
  CATALOG: { types: ['action'] },
  MPM: { types: ['action'], required: () => true },
  VOICE_CALL: { types: ['ttl_minutes', 'payload'] },
  ORDER_DETAILS: { types: ['action'], required: () => true },
}

/** The buttons with what was sent for them. Throws Meta's refusal for what does not fit. */
export function matchButtons(
  stored: TemplateButton[],
  components: Param[],
  account: Account,
): Record<string, unknown>[] {
  const sent = components.filter((component) => String(component.at('type').value).toLowerCase() === 'button')
  for (const component of sent) checkPlace(stored, component)
  return stored.map((button, index) => {
    const component = sent.find((one) => indexOf(one) === index)
    const given = component?.at('parameters').given ? component.at('parameters').list() : []
    const takes = TAKES[button.type]
    if (takes?.required?.(button) && given.length === 0) {
      throw messagingError(
        131008,
        `buttons: Button at index ${index} of type ${titled(button.type)} requires a parameter`,
      )
    }
    for (const parameter of given) {
      const type = String(parameter.at('type').value).toLowerCase()
      if (!takes?.types.includes(type)) {
        const expected = (takes?.types ?? []).join(' or ').toUpperCase() || 'nothing'
        throw messagingError(132012, `buttons: Format mismatch, expected ${expected}, received ${type.toUpperCase()}`)
      }
    }
    return { ...button, ...filled(button, index, given[0], account) }
  })
}

function checkPlace(stored: TemplateButton[], component: Param): void {
  const index = indexOf(component)
  const button = stored[index]
  const received = String(component.at('sub_type').value).toUpperCase()
  if (button?.type === received) return
  const expected = button ? button.type : 'no button'
  throw messagingError(132012, `buttons: Format mismatch at index ${index}, expected ${expected}, received ${received}`)
}

function indexOf(component: Param): number {
  return Number(component.at('index').value ?? 0)
}

function filled(button: TemplateButton, index: number, parameter: Param | undefined, account: Account) {
  if (!parameter) return {}
  if (button.type === 'URL') return { url: filledUrl(button, index, parameter.at('text')) }
  if (button.type === 'COPY_CODE') return { coupon_code: parameter.at('coupon_code').value }
  if (button.type === 'QUICK_REPLY') return { payload: parameter.at(String(parameter.at('type').value)).value }
  if (button.type === 'CATALOG' || button.type === 'MPM') checkProducts(parameter.at('action'), account)
  return parameter.at('action').given ? { action: parameter.at('action').value } : {}
}

function filledUrl(button: TemplateButton, index: number, parameter: Param): string {
  const url = button.url ?? ''
  const [variable] = variablesIn(url)
  if (variable === undefined) {
    throw messagingError(132018, `buttons: Button at index ${index} of type Url does not require parameters`)
  }
  const suffix = String(parameter.value)
  checkBlanks(suffix, parameter.switches)
  const whole = fillVariables(url, new Map([[variable, suffix]]))
  if (parameter.lengthOf(whole) > URL_LIMIT)
    throw messagingError(132005, `buttons: the URL is longer than ${URL_LIMIT} characters`)
  return whole
}

function checkProducts(action: Param, account: Account): void {
  const catalog = findCatalog(account)
  checkProduct(action.at('thumbnail_product_retailer_id'), catalog)
  if (action.at('sections').given) checkSomeProduct(productsIn(action.at('sections')), catalog)
}

/** QUICK_REPLY → QuickReply, as Meta's details spell it. */
function titled(type: string): string {
  return type.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
