import { isRecord } from '../param.ts'
import type { Template } from '../state.ts'

export type TemplateButton = { type: string; text: string; url?: string; phone_number?: string }

/** A stored template's components, by what they are. */
export type TemplateParts = {
  header?: { format: string; text: string }
  body: string
  footer?: string
  buttons: TemplateButton[]
  /** A limited-time offer, and whether it runs out. */
  offer?: { text: string; has_expiration: boolean }
  cards?: TemplateParts[]
}

/** Reads the components as they were created or seeded. */
export function partsOf(template: Pick<Template, 'components'>): TemplateParts {
  return readParts(template.components)
}

function readParts(components: unknown[]): TemplateParts {
  const parts: TemplateParts = { body: '', buttons: [] }
  for (const component of components) {
    if (!isRecord(component)) continue
    const type = textOf(component.type).toUpperCase()
    if (type === 'HEADER') {
      parts.header = { format: (textOf(component.format) || 'TEXT').toUpperCase(), text: textOf(component.text) }
    }
    if (type === 'BODY') parts.body = bodyText(component)
    if (type === 'FOOTER') parts.footer = footerText(component)
    if (type === 'BUTTONS') parts.buttons = recordsIn(component.buttons).map(readButton)
    if (type === 'CAROUSEL')
      parts.cards = recordsIn(component.cards).map((card) => readParts(recordsIn(card.components)))
    if (type === 'LIMITED_TIME_OFFER' && isRecord(component.limited_time_offer)) {
      const { text, has_expiration } = component.limited_time_offer
      parts.offer = { text: textOf(text), has_expiration: has_expiration === true }
    }
  }
  return parts
}

// Authentication templates have no text of their own: WhatsApp writes it, the code being its only variable.
function bodyText(component: Record<string, unknown>): string {
  if (typeof component.text === 'string') return component.text
  const advice = component.add_security_recommendation === true ? ' For your security, do not share this code.' : ''
  return `*{{1}}* is your verification code.${advice}`
}

function footerText(component: Record<string, unknown>): string {
  if (typeof component.text === 'string') return component.text
  return `This code expires in ${Number(component.code_expiration_minutes)} minutes.`
}

function readButton(button: Record<string, unknown>): TemplateButton {
  const type = textOf(button.type).toUpperCase()
  if (type === 'OTP') {
    // Meta rule: stored as a URL button that takes the code.
    return {
      type: 'URL',
      text: textOf(button.text) || 'Copy code',
      url: 'https://www.whatsapp.com/otp/code/?code={{1}}',
    }
  }
  const read: TemplateButton = { type, text: textOf(button.text) }
  if (typeof button.url === 'string') read.url = button.url
  if (typeof button.phone_number === 'string') read.phone_number = button.phone_number
  return read
}

function recordsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
