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
  tellStatus(simulation, template, template.status, { reason })
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
