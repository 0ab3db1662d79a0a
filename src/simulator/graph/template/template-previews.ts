import { badParam } from '../../graph-error.ts'
import { Param } from '../../param.ts'
import { checkAuthenticationComponent } from '../../templates/check-authentication.ts'
import { TEMPLATE_LANGUAGES } from '../../templates/languages.ts'
import type { GraphCall } from '../call.ts'

/** GET /{waba_id}/message_template_previews: the fixed texts of authentication templates. Ours: always in English. */
export function previewTemplates({ query }: GraphCall): unknown {
  const category = query.get('category')
  if (!category) throw badParam('The parameter category is required.')
  if (category.toUpperCase() !== 'AUTHENTICATION') throw badParam('Param category must be one of {AUTHENTICATION}.')
  const body = { type: 'BODY', add_security_recommendation: query.get('add_security_recommendation') ?? false }
  const { text } = checkAuthenticationComponent(new Param(body, ''), 'BODY')
  const preview = { body: text, ...footerOf(query), ...buttonsOf(query) }
  return { data: languagesOf(query).map((language) => ({ ...preview, language })) }
}

function footerOf(query: URLSearchParams): { footer?: unknown } {
  const code_expiration_minutes = query.get('code_expiration_minutes')
  if (code_expiration_minutes === null) return {}
  const footer = new Param({ type: 'FOOTER', code_expiration_minutes }, '')
  return { footer: checkAuthenticationComponent(footer, 'FOOTER').text }
}

function buttonsOf(query: URLSearchParams): { buttons?: unknown[] } {
  const types = query.get('button_types')
  if (types === null) return {}
  if (types.replace(/[^A-Za-z,]/g, '') !== 'OTP') throw badParam('Param button_types must be one of {OTP}.')
  return { buttons: [{ type: 'OTP', text: 'Copy code', autofill_text: 'Autofill' }] }
}

function languagesOf(query: URLSearchParams): string[] {
  const asked = query.get('languages') ?? query.get('language') ?? 'en_US'
  const languages = asked.match(/\w+/g) ?? []
  const unknown = languages.find((language) => !TEMPLATE_LANGUAGES.some((known) => known === language))
  if (unknown) throw badParam(`Param languages has a language that Meta has not: ${unknown}.`)
  return languages
}
