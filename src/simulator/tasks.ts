import { failMessage, messageArrives, messageExpires, messageIsRead, messageLeaves } from './lifecycle/advance.ts'
import { sendStatus } from './lifecycle/status.ts'
import { decideName } from './graph/registration.ts'
import type { Simulation } from './simulation.ts'
import type { MessageStatus } from './state.ts'
import { endPause } from './templates/quality.ts'
import { endReview } from './templates/review.ts'
import type { Change } from './webhooks/changes.ts'
import { customerWrites, type Written } from './writing/customer-writes.ts'

/** Everything that can be set to happen later. Plain data, so that an export carries what is still to come. */
export type Task =
  | { do: 'leave'; message_id: string }
  | { do: 'arrive'; message_id: string }
  | { do: 'read'; message_id: string }
  | { do: 'expire'; message_id: string }
  | { do: 'fail'; message_id: string; code: number; details?: string | undefined }
  | { do: 'status'; message_id: string; status: Exclude<MessageStatus, 'accepted' | 'held'>; at: number }
  | { do: 'end review'; template_id: string }
  | { do: 'end pause'; template_id: string; pauses: number }
  | { do: 'decide name'; phone_number_id: string; name: string }
  | { do: 'tell'; change: Change; badly_signed: boolean }
  | { do: 'post'; webhook_id: number }
  | { do: 'post batch'; key: string }
  | { do: 'write'; phone_number_id: string; wa_id: string; written: Written }

/** What was set to happen, happens; what it was about may be gone by now. */
export function perform(simulation: Simulation, task: Task): void {
  const { state } = simulation
  switch (task.do) {
    case 'tell':
      return simulation.changes.tellLate(task.change, task.badly_signed)
    case 'post': {
      const webhook = state.webhooks.get(task.webhook_id)
      if (webhook?.status === 'waiting') simulation.webhooks.attempt(webhook)
      return
    }
    case 'post batch':
      return simulation.changes.postBatch(task.key)
    case 'end review':
    case 'end pause': {
      const template = state.templates.get(task.template_id)
      if (!template) return
      return task.do === 'end review' ? endReview(simulation, template) : endPause(simulation, template, task.pauses)
    }
    case 'decide name':
    case 'write': {
      const number = state.numbers.get(task.phone_number_id)
      if (!number) return
      if (task.do === 'decide name') return decideName(simulation, number, task.name)
      return simulation.track(customerWrites(simulation, number, task.wa_id, task.written))
    }
    default: {
      const message = state.messages.get(task.message_id)
      if (!message) return
      if (task.do === 'leave') return messageLeaves(simulation, message)
      if (task.do === 'arrive') return messageArrives(simulation, message)
      if (task.do === 'read') return messageIsRead(simulation, message)
      if (task.do === 'expire') return messageExpires(message)
      if (task.do === 'fail') return failMessage(simulation, message, task.code, task.details)
      return sendStatus(simulation, message, task.status, task.at)
    }
  }
}
