import { messagingError } from '../graph-error.ts'
import type { Param } from '../param.ts'
import type { State, Template } from '../state.ts'
import { matchTemplate } from '../templates/match.ts'
import { defineMessage, type Findings, type Place } from './define.ts'
import { checkCount } from './interactive/shared-rules.ts'
import { isWebUrl } from './media-object.ts'
import { BUTTON_TYPES, checkButtonParameters } from './template-button.ts'
import { checkTemplateParameter } from './template-parameter.ts'

/** The components that stand for one thing besides the texts and buttons. */
const EXTRAS: Record<string, (value: Param) => void> = {
  limited_time_offer(offer) {
    offer.object(['expiration_time_ms']).at('expiration_time_ms').number()
  },
  tap_target_configuration(targets) {
    for (const target of targets.list()) {
      target.object(['url', 'title'])
      const url = target.at('url')
      if (!isWebUrl(url.text())) throw messagingError(131009, `Param ${url.path} must be an http or https URL.`)
      target.at('title').text()
    }
  },
}

const COMPONENT_TYPES = ['header', 'body', 'button', 'carousel', ...Object.keys(EXTRAS)]
const COMPONENT_KEYS = [
  'type',
  'sub_type',
  'index',
  'parameters',
  'cards',
  'limited_time_offer',
  'tap_target_configuration',
]

export const template = defineMessage({
  type: 'template',
  check(payload, findings) {
    payload.object(['name', 'language', 'components', 'namespace'])
    payload.at('name').text()
    const language = payload.at('language').object(['code', 'policy'])
    language.at('code').text()
    if (language.at('policy').given) language.at('policy').oneOf(['deterministic'])
    if (!payload.at('components').given) return
    for (const component of payload.at('components').list()) checkComponent(component, findings)
  },
  look(payload, place) {
    const name = String(payload.at('name').value)
    const stored = findTemplate(place, payload, name, String(payload.at('language').at('code').value))
    const components = payload.at('components').given ? payload.at('components').list() : []
    return { template: stored, rendered: matchTemplate(stored, components, place.account) }
  },
})

function findTemplate({ state, account }: Place, { switches }: Param, name: string, language: string): Template {
  const stored = templateNamed(state, account.id, name, language)
  if (stored?.status === 'APPROVED') return stored
  if (stored?.status === 'PAUSED') throw messagingError(132015, `Template ${name} is paused due to low quality.`)
  if (stored?.status === 'DISABLED') throw messagingError(132016, `Template ${name} is disabled due to low quality.`)
  const unknown = messagingError(132001, `template name (${name}) does not exist in ${language}`)
  throw unknown.withStatus(switches.unknown_template_status)
}

function templateNamed(state: State, account_id: string, name: string, language: string): Template | undefined {
  for (const template of state.templates.values()) {
    const fits = template.name === name && template.language === language && template.account_id === account_id
    if (fits && template.status !== 'PENDING_DELETION') return template
  }
  return undefined
}

/** One component as it may be sent, whatever the template says of it. Names of types are read in any case. */
function checkComponent(component: Param, findings: Findings): void {
  component.object(COMPONENT_KEYS)
  const type = checkName(component.at('type'), COMPONENT_TYPES)
  const subType = type === 'button' ? checkName(component.at('sub_type'), BUTTON_TYPES) : ''
  // Meta's own samples leave the index of a call button out.
  if (type === 'button' && (subType !== 'voice_call' || component.at('index').given)) {
    checkIndex(component.at('index'), 9)
  }
  const parameters = component.at('parameters')
  if (type === 'carousel') checkCards(component.at('cards'), findings)
  else if (type in EXTRAS) checkExtra(parameters, type)
  else if (type === 'button' && parameters.given) checkButtonParameters(subType, parameters, findings)
  else if (parameters.given) for (const parameter of parameters.list()) checkTemplateParameter(parameter, findings)
}

function checkCards(cards: Param, findings: Findings): void {
  const list = cards.list()
  checkCount('cards', list.length, 1, 10)
  for (const card of list) {
    card.object(['card_index', 'components'])
    checkIndex(card.at('card_index'), 9)
    for (const component of card.at('components').list()) checkComponent(component, findings)
  }
}

function checkExtra(parameters: Param, type: string): void {
  for (const parameter of parameters.list()) {
    parameter.object(['type', type])
    parameter.at('type').oneOf([type])
    EXTRAS[type]?.(parameter.at(type))
  }
}

function checkName(name: Param, known: string[]): string {
  const lower = name.text().toLowerCase()
  if (!known.includes(lower)) throw name.notOneOf(known)
  return lower
}

function checkIndex(index: Param, highest: number): void {
  if (!index.given) throw index.missing()
  if (/^\d$/.test(String(index.value)) && Number(index.value) <= highest) return
  throw messagingError(131009, `Param ${index.path} must be between 0 and ${highest}.`)
}
