import { decideName } from './graph/number/registration.ts'
import { failMessage, messageArrives, messageExpires, messageIsRead, messageLeaves } from './lifecycle/advance.ts'
import { sendStatus } from './lifecycle/status.ts'
import { endUpgrade } from './rates/upgrade.ts'
import type { Simulation } from './simulation.ts'
import type { Message, MessageStatus, Template } from './state.ts'
import { endDeletion } from './templates/deletion.ts'
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
  | { do: 'end deletion'; template_id: string }
  | { do: 'end pause'; template_id: string; pauses: number }
  | { do: 'end upgrade'; phone_number_id: string }
  | { do: 'decide name'; phone_number_id: string; name: string }
  | { do: 'announce'; change: Change }
  | { do: 'tell'; change: Change; badly_signed: boolean }
  | { do: 'post'; webhook_id: number }
  | { do: 'post batch'; key: string }
  | { do: 'write'; phone_number_id: string; wa_id: string; written: Written }

type Handlers = {
  [Name in Task['do']]: (simulation: Simulation, task: Extract<Task, { do: Name }>) => void
}

const HANDLERS: Handlers = {
  leave: withMessage(messageLeaves),
  arrive: withMessage(messageArrives),
  read: withMessage(messageIsRead),
  expire: withMessage((_, message) => messageExpires(message)),
  fail: withMessage((simulation, message, { code, details }) => failMessage(simulation, message, code, details)),
  status: withMessage((simulation, message, { status, at }) => sendStatus(simulation, message, status, at)),
  'end review': withTemplate(endReview),
  'end deletion': withTemplate(endDeletion),
  'end pause': withTemplate((simulation, template, { pauses }) => endPause(simulation, template, pauses)),
  'end upgrade'(simulation, { phone_number_id }) {
    const number = simulation.state.numbers.get(phone_number_id)
    if (number) endUpgrade(simulation, number)
  },
  'decide name'(simulation, { phone_number_id, name }) {
    const number = simulation.state.numbers.get(phone_number_id)
    if (number) decideName(simulation, number, name)
  },
  write(simulation, { phone_number_id, wa_id, written }) {
    const number = simulation.state.numbers.get(phone_number_id)
    if (number) simulation.track(customerWrites(simulation, number, wa_id, written))
  },
  announce(simulation, { change }) {
    simulation.changes.tell(change)
  },
  tell: (simulation, { change, badly_signed }) => simulation.changes.tellLate(change, badly_signed),
  'post batch': (simulation, { key }) => simulation.changes.postBatch(key),
  post(simulation, { webhook_id }) {
    const webhook = simulation.state.webhooks.get(webhook_id)
    if (webhook?.status === 'pending') simulation.webhooks.attempt(webhook)
  },
}

export const TASKS = Object.keys(HANDLERS) as [Task['do'], ...Task['do'][]]

/** What was set to happen, happens; what it was about may be gone by now. */
export function perform(simulation: Simulation, task: Task): void {
  const handle = HANDLERS[task.do] as (simulation: Simulation, task: Task) => void
  handle(simulation, task)
}

function withMessage<T extends { message_id: string }>(
  handle: (simulation: Simulation, message: Message, task: T) => void,
): (simulation: Simulation, task: T) => void {
  return (simulation, task) => {
    const message = simulation.state.messages.get(task.message_id)
    if (message) handle(simulation, message, task)
  }
}

function withTemplate<T extends { template_id: string }>(
  handle: (simulation: Simulation, template: Template, task: T) => void,
): (simulation: Simulation, task: T) => void {
  return (simulation, task) => {
    const template = simulation.state.templates.get(task.template_id)
    if (template) handle(simulation, template, task)
  }
}
