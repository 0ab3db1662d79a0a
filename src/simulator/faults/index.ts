import type { Effect } from './define.ts'
import { messageFaults } from './message-faults.ts'
import { requestFaults } from './request-faults.ts'
import { webhookFaults } from './webhook-faults.ts'

/** Everything that can be made to go wrong. */
export const effects: readonly Effect[] = [...requestFaults, ...messageFaults, ...webhookFaults]
