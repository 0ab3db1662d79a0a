import { type Simulation, seconds } from '../simulation.ts'
import type { Template } from '../state.ts'

/** Ends a template's review after the time set for it. Ours: a name that begins with `reject_` is rejected. */
export function startReview(simulation: Simulation, template: Template): void {
  simulation.after(simulation.timings.templateReview, () => {
    // Deleted meanwhile.
    if (template.account.templates.get(template.id) !== template || template.status !== 'PENDING') return
    const rejected = template.name.startsWith('reject_')
    template.status = rejected ? 'REJECTED' : 'APPROVED'
    template.rejected_reason = rejected ? 'INVALID_FORMAT' : 'NONE'
    template.updated_at = simulation.clock.now()
    tellStatus(simulation, template)
  })
}

function tellStatus(simulation: Simulation, template: Template): void {
  simulation.webhooks.send({
    account_id: template.account.id,
    field: 'message_template_status_update',
    time: seconds(simulation.clock.now()),
    value: {
      event: template.status,
      // A number, unlike everywhere else.
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      reason: template.rejected_reason,
      message_template_category: template.category,
    },
    summary: `template ${template.name} (${template.language}) is ${template.status}`,
  })
}
