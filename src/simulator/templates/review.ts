import { createHash } from 'node:crypto'
import { isRecord } from '../param.ts'
import { type Simulation, seconds } from '../simulation.ts'
import { known, type Template, templatesOf } from '../state.ts'
import { partsOf } from './parts.ts'

/** Ends a template's review after the time set for it. */
export function startReview(simulation: Simulation, template: Template): void {
  simulation.after(simulation.settings.timings.template_review, { do: 'end review', template_id: template.id })
}

/** The decision. Ours: a name that begins with `reject_` is rejected; Meta rule: so is a second one with the same texts. */
export function endReview(simulation: Simulation, template: Template): void {
  if (template.status !== 'PENDING') return
  const reason = template.name.startsWith('reject_') ? 'INVALID_FORMAT' : reasonOfTwin(simulation, template)
  template.status = reason === 'NONE' ? 'APPROVED' : 'REJECTED'
  template.rejected_reason = reason
  template.updated_at = simulation.now()
  if (template.status === 'APPROVED') template.components = template.components.map(withSampleUrls)
  tellStatus(simulation, template, template.status, { reason })
}

/** Meta rule: once approved, the example of a media header is an address instead of a handle. */
function withSampleUrls(component: Record<string, unknown>): Record<string, unknown> {
  const { cards, example } = component
  if (Array.isArray(cards)) {
    const shown = cards.filter(isRecord).map((card) => ({
      ...card,
      components: Array.isArray(card.components) ? card.components.filter(isRecord).map(withSampleUrls) : [],
    }))
    return { ...component, cards: shown }
  }
  if (!isRecord(example) || example.header_handle === undefined) return component
  const handles = [example.header_handle].flat()
  const header_handle = handles.map((handle) => {
    const name = createHash('sha256').update(String(handle)).digest('hex').slice(0, 24)
    return `https://scontent.whatsapp.net/v/t61.29466-34/${name}`
  })
  return { ...component, example: { ...example, header_handle } }
}

function reasonOfTwin({ state }: Simulation, template: Template): string {
  if (template.category === 'AUTHENTICATION') return 'NONE'
  const textsOf = (one: Template) => {
    const { body, footer } = partsOf(one)
    return `${one.language}\n${body}\n${footer ?? ''}`
  }
  const others = templatesOf(state, known(state.accounts, template.account_id)).filter((one) => one !== template)
  const twin = others.some((one) => one.status === 'APPROVED' && textsOf(one) === textsOf(template))
  return twin ? 'TAG_CONTENT_MISMATCH' : 'NONE'
}

/** What a template's webhooks begin with. */
export function templateValue({ settings }: Simulation, template: Template): Record<string, unknown> {
  const hyphen = settings.switches.webhook_language === 'hyphen'
  return {
    // A number, unlike everywhere else.
    message_template_id: Number(template.id),
    message_template_name: template.name,
    message_template_language: hyphen ? template.language.replace('_', '-') : template.language,
  }
}

/** The webhook of a change of a template's status. `event`: often the status, but not always. */
export function tellStatus(
  simulation: Simulation,
  template: Template,
  event: string,
  more: Record<string, unknown> = {},
): void {
  simulation.changes.tell({
    account_id: template.account_id,
    field: 'message_template_status_update',
    type: event,
    time: seconds(simulation.now()),
    value: {
      event,
      ...templateValue(simulation, template),
      reason: 'NONE',
      message_template_category: template.category,
      ...more,
    },
    summary: `template ${template.name} (${template.language}): ${event}`,
  })
}
