import { DAY } from '../../lib/clock.ts'
import { badParam } from '../graph-error.ts'
import { codePoints, Param } from '../param.ts'
import type { Simulation } from '../simulation.ts'
import { type Account, type Template, templatesOf } from '../state.ts'
import { checkComponents } from './check-components.ts'
import {
  nameBeingDeleted,
  nameExists,
  nameFormat,
  notEditable,
  sampleName,
  tooLong,
  tooManyTemplates,
} from './creation-errors.ts'
import { TEMPLATE_LANGUAGES } from './languages.ts'

const NAME_LIMIT = 512
const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION']

export type NewTemplate = Pick<
  Template,
  'name' | 'language' | 'category' | 'parameter_format' | 'components' | 'message_send_ttl_seconds'
>

/** A template as it may be created on this account, or Meta's refusal. Unknown keys are passed over. */
export function checkCreation(simulation: Simulation, account: Account, body: Record<string, unknown>): NewTemplate {
  const frame = new Param(body, '')
  if (frame.at('library_template_name').given) throw badParam('Library templates are not simulated yet.')
  const name = checkName(frame.at('name'))
  const language = checkEnum(frame.at('language'), TEMPLATE_LANGUAGES)
  const category = checkEnum(frame.at('category').upperCase(), CATEGORIES)
  const format = frame.at('parameter_format').upperCase()
  const parameter_format = format.given ? format.oneOf(['POSITIONAL', 'NAMED']) : 'POSITIONAL'
  const components = checkComponents(frame.at('components'), category, parameter_format)
  checkRoom(simulation, account, name, language)
  return { name, language, category, parameter_format, components, ...checkTimeToLive(frame, category) }
}

/** Meta rule: an approved template is edited once in 24 hours and ten times in 30 days. */
const EDITS = { aDay: 1, aMonth: 10 }

/** What an edit changes of a template, or Meta's refusal: what it may change depends on how it stands. */
export function checkEdit({ now }: Simulation, template: Template, frame: Param): Partial<Template> {
  const approved = template.status === 'APPROVED'
  if (!approved && template.status !== 'REJECTED' && template.status !== 'PAUSED') {
    throw notEditable(`A template that is ${template.status} cannot be edited.`)
  }
  const since = (days: number) => template.edits.filter((at) => at > now() - days * DAY).length
  if (approved && (since(1) >= EDITS.aDay || since(30) >= EDITS.aMonth)) {
    throw notEditable('An approved template can be edited once in 24 hours and 10 times in 30 days.')
  }
  const category = frame.at('category').given
    ? checkEnum(frame.at('category').upperCase(), CATEGORIES)
    : template.category
  if (approved && category !== template.category) {
    throw notEditable('The category of an approved template cannot be edited.')
  }
  const format = frame.at('parameter_format').upperCase()
  const parameter_format = format.given ? format.oneOf(['POSITIONAL', 'NAMED']) : template.parameter_format
  const components = frame.at('components')
  return {
    category,
    parameter_format,
    ...(components.given ? { components: checkComponents(components, category, parameter_format) } : {}),
    ...checkTimeToLive(frame, category),
  }
}

/** Meta rule: seconds a message of each category is tried; -1 for 30 days. */
const TIME_TO_LIVE: Record<string, [number, number]> = {
  AUTHENTICATION: [30, 900],
  UTILITY: [30, 43_200],
  MARKETING: [43_200, 2_592_000],
}

function checkTimeToLive(frame: Param, category: string): { message_send_ttl_seconds?: number } {
  const ttl = frame.at('message_send_ttl_seconds')
  if (!ttl.given) return {}
  const seconds = Number(ttl.value)
  const [least, most] = TIME_TO_LIVE[category] ?? [0, 0]
  const fits = Number.isInteger(seconds) && (seconds === -1 || (seconds >= least && seconds <= most))
  if (!fits) throw badParam(`Param ${ttl.path} must be -1 or ${least} to ${most} for category ${category}.`)
  return { message_send_ttl_seconds: seconds }
}

/** Meta rule: how many templates an account can have, by whether its business is verified. */
export function templateLimit({ settings }: Simulation, { verified }: Account): number {
  return verified ? settings.limits.templates.verified : settings.limits.templates.unverified
}

function checkName(name: Param): string {
  if (!name.given) throw name.missing(100)
  if (typeof name.value !== 'string') throw badParam(`Param ${name.path} must be a string.`)
  if (!/^[a-z0-9_]+$/.test(name.value)) throw nameFormat()
  if (codePoints(name.value) > NAME_LIMIT) throw tooLong('template name', NAME_LIMIT)
  return name.value
}

function checkEnum(param: Param, values: readonly string[]): string {
  if (!param.given) throw param.missing(100)
  return param.oneOf(values)
}

function checkRoom(simulation: Simulation, account: Account, name: string, language: string): void {
  const templates = templatesOf(simulation.state, account)
  const ofThisName = templates.filter((template) => template.name === name)
  if (ofThisName.some((template) => template.language === language)) throw nameExists(language)
  const deleted = account.deleted_templates.filter((one) => one.name === name && one.blocked_until > simulation.now())
  const blocked = deleted.some((one) => one.language === language || ofThisName.length === 0)
  if (blocked) throw nameBeingDeleted()
  if (name === 'hello_world') throw sampleName()
  const limit = templateLimit(simulation, account)
  if (templates.length >= limit) throw tooManyTemplates(`${limit} templates`)
}
