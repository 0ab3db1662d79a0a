import { codePoints, isRecord, type Param } from '../param.ts'
import { checkFields, type ParameterFormat } from './check-components.ts'
import {
  bodyFormat,
  footerFormat,
  headerFormat,
  leadingOrTrailing,
  missingField,
  tooLong,
  tooManyVariables,
} from './creation-errors.ts'
import { variablesIn } from './variables.ts'

const HEADER_LIMIT = 60
const FOOTER_LIMIT = 60
const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'GIF', 'LOCATION', 'PRODUCT']
const WITHOUT_EXAMPLE = ['LOCATION', 'PRODUCT']

type Component = Record<string, unknown>

export function checkHeader(component: Param, format: ParameterFormat): Component {
  checkFields(component, 'HEADER', ['format', 'text', 'example'])
  const given = component.at('format').value
  if (given === undefined) throw missingField('HEADER', 'format')
  const kind = typeof given === 'string' ? given.toUpperCase() : ''
  if (!HEADER_FORMATS.includes(kind)) throw component.at('format').notOneOf(HEADER_FORMATS)
  const example = component.at('example')
  const kept = example.given ? { example: example.value } : {}
  if (kind !== 'TEXT') {
    const handle = example.at('header_handle').value
    const hasHandle = typeof handle === 'string' || (Array.isArray(handle) && typeof handle[0] === 'string')
    if (!hasHandle && !WITHOUT_EXAMPLE.includes(kind)) throw missingField('HEADER', 'example')
    return { type: 'HEADER', format: kind, ...kept }
  }
  const text = textOf(component, 'HEADER')
  if (codePoints(text) > HEADER_LIMIT) throw tooLong('header', HEADER_LIMIT)
  const plain = text.replace(/\{\{[^}]*\}\}/g, '')
  if (/\n/.test(text) || /\p{Extended_Pictographic}/u.test(plain) || /(\*|_|~|```)[^\s].*\1/.test(plain)) {
    throw headerFormat("The message header can't have any new lines, formatting characters, emojis or asterisks.")
  }
  const variables = variablesIn(text)
  if (variables.length > 1) throw headerFormat('The message header can have at most one variable.')
  checkVariables(variables, format, headerFormat)
  checkExample('HEADER', example, 'header_text', variables, format)
  return { type: 'HEADER', format: kind, text, ...kept }
}

export function checkBody(component: Param, rules: { format: ParameterFormat; bodyLimit: number }): Component {
  checkFields(component, 'BODY', ['text', 'example'])
  const text = textOf(component, 'BODY')
  if (codePoints(text) > rules.bodyLimit) throw tooLong('body', rules.bodyLimit)
  if (/ {5}/.test(text) || /\n{3}/.test(text)) {
    throw bodyFormat("The message body can't have more than 4 consecutive spaces or 2 consecutive newlines.")
  }
  const variables = variablesIn(text)
  checkVariables(variables, rules.format, bodyFormat)
  if (/^\s*\{\{[^}]*\}\}/.test(text) || /\{\{[^}]*\}\}\s*$/.test(text)) throw leadingOrTrailing()
  if (/\}\}\s*\{\{/.test(text)) throw bodyFormat('Variables of the message body must have text between them.')
  // Meta publishes no formula; this is what its refusals come down to: two words for every variable, and one more.
  if (variables.length > 0 && text.trim().split(/\s+/).length < 2 * variables.length + 1) throw tooManyVariables()
  const example = component.at('example')
  checkExample('BODY', example, 'body_text', variables, rules.format)
  return { type: 'BODY', text, ...(example.given ? { example: example.value } : {}) }
}

export function checkFooter(component: Param): Component {
  checkFields(component, 'FOOTER', ['text'])
  const text = textOf(component, 'FOOTER')
  if (codePoints(text) > FOOTER_LIMIT) throw tooLong('footer', FOOTER_LIMIT)
  if (variablesIn(text).length > 0) throw footerFormat("The message footer can't have any variables.")
  return { type: 'FOOTER', text }
}

function textOf(component: Param, type: string): string {
  const text = component.at('text')
  if (!text.given || text.value === '') throw missingField(type, 'text')
  return text.text({ missing: 100 })
}

/** Meta rule: positional variables count from {{1}} without a gap; named ones are lower-case words. */
function checkVariables(variables: string[], format: ParameterFormat, refuse: (text: string) => Error): void {
  if (format === 'NAMED') {
    if (variables.every((name) => /^[a-z][a-z0-9_]*$/.test(name))) return
    throw refuse('Variable names can only have lowercase letters, numbers and underscores.')
  }
  const expected = variables.map((_, index) => String(index + 1))
  if ([...variables].sort((a, b) => Number(a) - Number(b)).join() === expected.join()) return
  throw refuse('Variables must be whole numbers from {{1}} on, without a gap.')
}

/** Meta rule: every variable has an example. Positional ones as `[["a","b"]]`; a flat list or one string is taken too. */
function checkExample(type: string, example: Param, key: string, variables: string[], format: ParameterFormat): void {
  if (variables.length === 0) return
  const named = example.at(`${key}_named_params`).value
  if (format === 'NAMED') {
    const names = Array.isArray(named) ? named.filter(isRecord).map((one) => one.param_name) : []
    if (variables.every((name) => names.includes(name))) return
    throw missingField(type, 'example')
  }
  const given = example.at(key).value
  const values = Array.isArray(given) ? given.flat() : [given]
  const filled = values.filter((value) => typeof value === 'string' && value !== '')
  if (filled.length < variables.length) throw missingField(type, 'example')
}
