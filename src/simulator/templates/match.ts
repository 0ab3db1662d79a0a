import { hasEmoji } from '../emoji.ts'
import { messagingError } from '../graph-error.ts'
import { checkProduct, findCatalog } from '../messages/interactive/products.ts'
import { codePoints, type Param } from '../param.ts'
import type { Account, RenderedTemplate, Template } from '../state.ts'
import { checkBlanks } from './blanks.ts'
import { matchButtons } from './match-buttons.ts'
import { partsOf, type TemplateParts } from './parts.ts'
import { fillVariables, variablesIn } from './variables.ts'

const HEADER_LIMIT = 60
const BODY_LIMIT = 1024
const AUTHENTICATION_LIMIT = 15
/** Meta rule: shorter than elsewhere. */
const OFFER_CODE_LIMIT = 15

/** Parameters that stand for a text. */
const TEXTUAL = ['text', 'currency', 'date_time', 'group_id']
const NO_TEXT_HEADERS = ['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT']

/** The sent components held against the stored template, counts before formats before blanks; and what the phone shows. */
export function matchTemplate(template: Template, components: Param[], account: Account): RenderedTemplate {
  return matchParts(template, partsOf(template), components, account)
}

function matchParts(template: Template, parts: TemplateParts, components: Param[], account: Account): RenderedTemplate {
  const header = parametersOf(components, 'header')
  const body = parametersOf(components, 'body')
  const named = template.parameter_format === 'NAMED'
  checkHeaderCount(parts, header)
  checkCount('body', variablesIn(parts.body).length, body.length)
  checkHeaderFormat(parts, header, account)
  checkTextual('body', body)
  const textHeader = parts.header?.format === 'TEXT' ? parts.header.text : ''
  const headerText = fillVariables(textHeader, valuesOf('header', textHeader, textHeader ? header : [], named))
  const bodyText = fillVariables(parts.body, valuesOf('body', parts.body, body, named))
  if (template.category === 'AUTHENTICATION') checkCodes(body)
  checkLength('header', headerText, HEADER_LIMIT)
  checkLength('body', bodyText, BODY_LIMIT)
  const buttons = matchButtons(parts.buttons, components, account)
  const rendered: RenderedTemplate = { body: bodyText }
  if (parts.header) {
    rendered.header =
      parts.header.format === 'TEXT' ? { format: 'TEXT', text: headerText } : { format: parts.header.format }
  }
  if (parts.footer) rendered.footer = parts.footer
  if (buttons.length > 0) rendered.buttons = buttons
  checkExtras(parts, components)
  checkOffer(parts, components)
  if (parts.cards) rendered.cards = matchCards(template, parts.cards, components, account)
  return rendered
}

/** The parameters of the component of this type; none when it was not sent. */
function parametersOf(components: Param[], type: string): Param[] {
  const component = components.find((one) => typeOf(one) === type)
  return component?.at('parameters').given ? component.at('parameters').list() : []
}

function typeOf(param: Param): string {
  return String(param.at('type').value).toLowerCase()
}

function checkHeaderCount(parts: TemplateParts, sent: Param[]): void {
  if (parts.header && NO_TEXT_HEADERS.includes(parts.header.format)) return
  checkCount('header', variablesIn(parts.header?.text ?? '').length, sent.length)
}

function checkCount(part: string, expected: number, sent: number): void {
  if (sent === expected) return
  const details = `${part}: number of localizable_params (${sent}) does not match the expected number of params (${expected})`
  throw messagingError(132000, details)
}

function checkHeaderFormat({ header }: TemplateParts, sent: Param[], account: Account): void {
  if (!header || !NO_TEXT_HEADERS.includes(header.format)) {
    checkTextual('header', sent)
    return
  }
  const [parameter] = sent
  const received = parameter ? typeOf(parameter).toUpperCase() : 'UNKNOWN'
  if (sent.length === 1 && received === header.format) {
    const product = parameter?.at('product')
    if (product?.given) checkProduct(product.at('product_retailer_id'), findCatalog(account, product.at('catalog_id')))
    return
  }
  throw messagingError(132012, `header: Format mismatch, expected ${header.format}, received ${received}`)
}

function checkTextual(part: string, sent: Param[]): void {
  for (const parameter of sent) {
    if (TEXTUAL.includes(typeOf(parameter))) continue
    const received = typeOf(parameter).toUpperCase()
    throw messagingError(132012, `${part}: Format mismatch, expected TEXT, received ${received}`)
  }
}

/** The value of each variable, by its number or its name. */
function valuesOf(part: string, text: string, sent: Param[], named: boolean): Map<string, string> {
  const variables = variablesIn(text)
  const values = new Map<string, string>()
  for (const [index, parameter] of sent.entries()) {
    const key = named ? nameOf(part, parameter, variables) : String(index + 1)
    values.set(key, textOf(parameter))
  }
  const missing = variables.find((variable) => !values.has(variable))
  if (missing !== undefined) throw messagingError(132000, `${part}: parameter {{${missing}}} is missing`)
  for (const parameter of sent) checkBlanks(textOf(parameter), parameter.switches)
  return values
}

function nameOf(part: string, parameter: Param, variables: string[]): string {
  const name = parameter.at('parameter_name')
  if (!name.given || name.value === '') throw messagingError(100, 'Parameter name is missing or empty')
  if (variables.includes(String(name.value))) return String(name.value)
  throw messagingError(132000, `${part}: parameter name ${String(name.value)} does not exist in the template`)
}

/** What a textual parameter shows: of currencies and dates the fallback. */
function textOf(parameter: Param): string {
  const value = parameter.at(typeOf(parameter))
  return String(value.at('fallback_value').value ?? value.value)
}

function checkCodes(sent: Param[]): void {
  for (const [index, parameter] of sent.entries()) {
    const code = textOf(parameter)
    if (codePoints(code) > AUTHENTICATION_LIMIT) {
      const limit = `(${AUTHENTICATION_LIMIT} characters)`
      const details = `template parameter at index ${index} exceeds the maximum length in the AUTHENTICATION category ${limit}.`
      throw messagingError(132018, details)
    }
    if (hasEmoji(code) || /https?:\/\//i.test(code)) {
      throw messagingError(132018, `template parameter at index ${index} may not contain emoji or URLs.`)
    }
  }
}

function checkLength(part: string, text: string, limit: number): void {
  if (codePoints(text) > limit) throw messagingError(132005, `${part}: the text is longer than ${limit} characters`)
}

function checkOffer(parts: TemplateParts, components: Param[]): void {
  const sent = parametersOf(components, 'limited_time_offer')
  if (!parts.offer) return
  if (parts.offer.has_expiration && sent.length === 0) {
    throw messagingError(131008, 'limited_time_offer: expiration_time_ms is required')
  }
  const code = components
    .filter((one) => typeOf(one) === 'button')
    .flatMap((button) => (button.at('parameters').given ? button.at('parameters').list() : []))
    .map((parameter) => parameter.at('coupon_code'))
    .find((one) => one.given)
  if (code && codePoints(String(code.value)) > OFFER_CODE_LIMIT) {
    throw messagingError(131009, `Param ${code.path} must be 1 to ${OFFER_CODE_LIMIT} letters and digits.`)
  }
}

/** Meta rule: what the template was created without cannot be sent with it. */
function checkExtras(parts: TemplateParts, components: Param[]): void {
  for (const [type, created] of [
    ['limited_time_offer', parts.offer],
    ['carousel', parts.cards],
  ] as const) {
    if (created || !components.some((one) => typeOf(one) === type)) continue
    throw messagingError(132012, `${type}: Format mismatch, expected nothing, received ${type.toUpperCase()}`)
  }
}

function matchCards(template: Template, stored: TemplateParts[], components: Param[], account: Account) {
  const carousel = components.find((one) => typeOf(one) === 'carousel')
  const cards = carousel ? carousel.at('cards').list() : []
  const [first] = stored
  // Meta rule: a carousel of products is created with two cards and sent with up to ten.
  const stretches = first?.header?.format === 'PRODUCT' && cards.length > stored.length
  if (!stretches) checkCount('carousel', stored.length, cards.length)
  return cards.map((_, index) => {
    const card = cards.find((one) => Number(one.at('card_index').value) === index)
    const parts = stored[index] ?? first
    if (!card || !parts) throw messagingError(132012, `carousel: card ${index} is missing`)
    return matchParts(template, parts, card.at('components').list(), account)
  })
}
