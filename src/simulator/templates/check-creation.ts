import { badParam } from '../graph/error.ts'
import { codePoints, Param } from '../param.ts'
import type { Account, Template } from '../state.ts'
import { checkComponents } from './check-components.ts'
import { nameBeingDeleted, nameExists, nameFormat, sampleName, tooLong, tooManyTemplates } from './creation-errors.ts'
import { TEMPLATE_LANGUAGES } from './languages.ts'

/** Meta rule: of a portfolio that is not verified. */
export const TEMPLATE_LIMIT = 250
const NAME_LIMIT = 512
const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION']

export type NewTemplate = Pick<
  Template,
  'name' | 'language' | 'category' | 'parameter_format' | 'components' | 'message_send_ttl_seconds'
>

/** A template as it may be created on this account, or Meta's refusal. `now`: microseconds. Unknown keys are passed over. */
export function checkCreation(account: Account, body: Record<string, unknown>, now: number): NewTemplate {
  const frame = new Param(body, '')
  if (frame.at('library_template_name').given) throw badParam('Library templates are not simulated yet.')
  const name = checkName(frame.at('name'))
  const language = checkEnum(frame.at('language'), TEMPLATE_LANGUAGES)
  const category = checkEnum(upper(frame.at('category')), CATEGORIES)
  const format = upper(frame.at('parameter_format'))
  const parameter_format = format.given ? format.oneOf(['POSITIONAL', 'NAMED']) : 'POSITIONAL'
  const components = checkComponents(frame.at('components'), category, parameter_format)
  checkRoom(account, name, language, now)
  const ttl = frame.at('message_send_ttl_seconds').value
  const seconds = typeof ttl === 'number' && Number.isInteger(ttl) ? { message_send_ttl_seconds: ttl } : {}
  return { name, language, category, parameter_format, components, ...seconds }
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

// Category and parameter_format are read in any case.
function upper(param: Param): Param {
  return typeof param.value === 'string' ? new Param(param.value.toUpperCase(), param.path) : param
}

function checkRoom(account: Account, name: string, language: string, now: number): void {
  const templates = [...account.templates.values()]
  const ofThisName = templates.filter((template) => template.name === name)
  if (ofThisName.some((template) => template.language === language)) throw nameExists(language)
  const deleted = account.deleted_templates.filter((one) => one.name === name && one.blocked_until > now)
  const blocked = deleted.some((one) => one.language === language || ofThisName.length === 0)
  if (blocked) throw nameBeingDeleted()
  if (name === 'hello_world') throw sampleName()
  if (templates.length >= TEMPLATE_LIMIT) throw tooManyTemplates(TEMPLATE_LIMIT)
}
