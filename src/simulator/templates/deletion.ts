import type { Simulation } from '../simulation.ts'
import type { Template } from '../state.ts'
import { tellStatus } from './review.ts'

const DAY_MS = 86_400_000
/** Meta rule: how long messages of a deleted template may still be under way. */
const UNDER_WAY_DAYS = 30

/** A template with messages under way stays until they cannot be delivered any more, and takes no new ones. */
export function startDeletion(simulation: Simulation, template: Template): void {
  template.status = 'PENDING_DELETION'
  tellStatus(simulation, template, 'PENDING_DELETION', { reason: null })
  simulation.after(UNDER_WAY_DAYS * DAY_MS, { do: 'end deletion', template_id: template.id })
}

/** It is gone, and the business hears of it. */
export function endDeletion(simulation: Simulation, template: Template): void {
  simulation.state.templates.delete(template.id)
  tellStatus(simulation, template, 'DELETED')
}
