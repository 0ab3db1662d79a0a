import { badParam } from '../graph-error.ts'
import { codePoints, isRecord, type Param } from '../param.ts'
import { checkAuthenticationComponent } from './check-authentication.ts'
import { checkButtons } from './check-buttons.ts'
import { checkBody, checkFooter, checkHeader } from './check-texts.ts'
import { missingField, tooLong, unexpectedField } from './creation-errors.ts'

const TYPES = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER', 'CALL_PERMISSION_REQUEST']
const BODY_LIMIT = 1024
const BODY_LIMIT_WITH_OFFER = 600
const BODY_LIMIT_IN_CARD = 160
const OFFER_LIMIT = 16

export type ParameterFormat = 'POSITIONAL' | 'NAMED'
type Component = Record<string, unknown>

/** The components as they are stored, or Meta's refusal: exactly one body, at most one of everything else. */
export function checkComponents(components: Param, category: string, format: ParameterFormat): Component[] {
  const list = components.list(100)
  const types = list.map((component) => typeOf(component, TYPES))
  if (!types.includes('BODY')) throw missingField('BODY', 'text')
  checkOnce(types)
  const bodyLimit = types.includes('LIMITED_TIME_OFFER') ? BODY_LIMIT_WITH_OFFER : BODY_LIMIT
  return list.map((component, index) => {
    const type = types[index] ?? ''
    if (category === 'AUTHENTICATION') return checkAuthenticationComponent(component, type)
    return checkComponent(component, type, { format, bodyLimit })
  })
}

type Rules = { format: ParameterFormat; bodyLimit: number }

function checkComponent(component: Param, type: string, rules: Rules): Component {
  switch (type) {
    case 'HEADER':
      return checkHeader(component, rules.format)
    case 'BODY':
      return checkBody(component, rules)
    case 'FOOTER':
      return checkFooter(component)
    case 'BUTTONS':
      return checkButtons(component)
    case 'CAROUSEL':
      return checkCarousel(component, rules.format)
    case 'LIMITED_TIME_OFFER':
      return checkOffer(component)
    default:
      return { type }
  }
}

function typeOf(component: Param, types: string[]): string {
  const given = component.anyObject(100).type
  const type = typeof given === 'string' ? given.toUpperCase() : given
  if (typeof type === 'string' && types.includes(type)) return type
  throw component.at('type').given ? component.at('type').notOneOf(types) : component.at('type').missing(100)
}

function checkOnce(types: string[]): void {
  const twice = types.find((type, index) => types.indexOf(type) !== index)
  if (twice) throw badParam(`Param components may have only one component of type ${twice}.`)
}

/** Meta rule: a component has the fields of its type and no others. */
export function checkFields(component: Param, type: string, known: readonly string[]): void {
  for (const field of Object.keys(component.anyObject(100))) {
    if (field !== 'type' && !known.includes(field)) throw unexpectedField(type, field)
  }
}

function checkCarousel(component: Param, format: ParameterFormat): Component {
  checkFields(component, 'CAROUSEL', ['cards'])
  const cards = component.at('cards').list(100)
  if (cards.length < 2 || cards.length > 10) throw badParam('A carousel must have 2 to 10 cards.')
  const layouts = new Set<string>()
  const stored = cards.map((card) => {
    const parts = card.object(['components'], 100).at('components').list(100)
    const types = parts.map((part) => typeOf(part, ['HEADER', 'BODY', 'BUTTONS']))
    checkOnce(types)
    if (!types.includes('HEADER')) throw missingField('CAROUSEL', 'header')
    const checked = parts.map((part, index) =>
      checkComponent(part, types[index] ?? '', { format, bodyLimit: BODY_LIMIT_IN_CARD }),
    )
    layouts.add(layoutOf(checked))
    return { components: checked }
  })
  if (layouts.size > 1) throw badParam('All cards of a carousel must have the same components.')
  return { type: 'CAROUSEL', cards: stored }
}

function layoutOf(components: Component[]): string {
  return components
    .map(({ type, format, buttons }) => {
      const kinds = Array.isArray(buttons) ? buttons.filter(isRecord).map((button) => button.type) : []
      return [type, format, ...kinds].join('/')
    })
    .join(' ')
}

function checkOffer(component: Param): Component {
  checkFields(component, 'LIMITED_TIME_OFFER', ['limited_time_offer'])
  const offer = component.at('limited_time_offer').object(['text', 'has_expiration'], 100)
  const text = offer.at('text').text({ missing: 100 })
  if (codePoints(text) > OFFER_LIMIT) throw tooLong('limited-time offer text', OFFER_LIMIT)
  const has_expiration = offer.at('has_expiration').optionalBoolean() ?? false
  return { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text, has_expiration } }
}
