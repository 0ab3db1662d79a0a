import { setOff } from '../lifecycle/accept.ts'
import { failMessage } from '../lifecycle/advance.ts'
import { type Simulation, seconds } from '../simulation.ts'
import type { Quality, Template } from '../state.ts'
import { tellStatus, templateValue } from './review.ts'

/** Meta rule: at RED a template pauses for three hours, the next time for six, and the third time for good. */
export function changeQuality(simulation: Simulation, template: Template, quality: Quality): void {
  const previous = template.quality
  template.quality = quality
  template.updated_at = simulation.now()
  if (previous !== quality) tellQuality(simulation, template, previous)
  if (quality === 'RED' && template.status === 'APPROVED') pause(simulation, template)
}

function tellQuality(simulation: Simulation, template: Template, previous: Quality): void {
  simulation.changes.tell({
    account_id: template.account_id,
    field: 'message_template_quality_update',
    time: seconds(simulation.now()),
    value: {
      previous_quality_score: previous,
      new_quality_score: template.quality,
      ...templateValue(simulation, template),
    },
    summary: `template ${template.name} (${template.language}) is ${template.quality}`,
  })
}

export function pause(simulation: Simulation, template: Template): void {
  template.pauses += 1
  const { pauses } = template
  const wait = simulation.settings.timings.pause[pauses - 1]
  template.status = wait === undefined ? 'DISABLED' : 'PAUSED'
  template.updated_at = simulation.now()
  const title = wait === undefined ? 'DISABLED' : pauses === 1 ? 'FIRST_PAUSE' : 'SECOND_PAUSE'
  const description = 'Your WhatsApp message template has low quality: customers have given negative feedback.'
  tellStatus(simulation, template, template.status, { other_info: { title, description } })
  if (wait !== undefined) simulation.after(wait, { do: 'end pause', template_id: template.id, pauses })
}

/** A pause ends by itself, unless it was ended before or another one has begun. */
export function endPause(simulation: Simulation, template: Template, pauses: number): void {
  if (template.status === 'PAUSED' && template.pauses === pauses) unpause(simulation, template)
}

export function unpause(simulation: Simulation, template: Template): void {
  template.status = 'APPROVED'
  template.quality = 'UNKNOWN'
  template.updated_at = simulation.now()
  const description = 'Your WhatsApp message template is unpaused.'
  tellStatus(simulation, template, 'APPROVED', { other_info: { title: 'UNPAUSE', description } })
}

/** Meta rule: what a paced template holds back is sent after a good first impression, and dropped after a bad one. */
export function endPacing(simulation: Simulation, template: Template, decision: 'release' | 'drop'): number {
  template.paced = false
  const held = [...simulation.state.messages.values()].filter(
    ({ template_id, status }) => template_id === template.id && status === 'held',
  )
  for (const message of held) {
    if (decision === 'release') setOff(simulation, message)
    else failMessage(simulation, message, 132015)
  }
  if (decision === 'drop') changeQuality(simulation, template, 'RED')
  return held.length
}

/** Meta moves a template to another category; announced first, or done at once. */
export function changeCategory(simulation: Simulation, template: Template, category: string, done: boolean): void {
  const previous = template.category
  if (done) {
    template.category = category
    template.previous_category = previous
    delete template.correct_category
  } else template.correct_category = category
  const value = done
    ? { previous_category: previous, new_category: category }
    : {
        new_category: previous,
        correct_category: category,
        category_update_timestamp: seconds(simulation.now()) + 86_400,
      }
  simulation.changes.tell({
    account_id: template.account_id,
    field: 'template_category_update',
    time: seconds(simulation.now()),
    value: { ...templateValue(simulation, template), ...value },
    summary: `template ${template.name} (${template.language}): ${previous} to ${category}`,
  })
}
