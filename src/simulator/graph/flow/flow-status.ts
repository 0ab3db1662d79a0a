import { type GraphError, messagingError } from '../../graph-error.ts'
import { type Simulation, seconds } from '../../simulation.ts'
import type { Flow, State } from '../../state.ts'
import type { GraphCall } from '../call.ts'

/** POST /{flow_id}/publish */
export function publishFlow({ simulation }: GraphCall, { flow }: { flow: Flow }): unknown {
  checkPublishable(simulation.state, flow)
  setStatus(simulation, flow, 'PUBLISHED')
  return { success: true }
}

/** POST /{flow_id}/deprecate */
export function deprecateFlow({ simulation }: GraphCall, { flow }: { flow: Flow }): unknown {
  if (flow.status === 'DRAFT' || flow.status === 'DEPRECATED') {
    throw messagingError(139003, `A flow that is ${flow.status} cannot be deprecated.`)
  }
  setStatus(simulation, flow, 'DEPRECATED')
  return { success: true }
}

/** Meta rule: published is a valid flow; one with an endpoint also needs its address and a key to encrypt for. */
export function checkPublishable({ numbers }: State, flow: Flow): void {
  const refuse = (details: string) => messagingError(139002, details)
  if (flow.status !== 'DRAFT') throw refuse(`A flow that is ${flow.status} cannot be published.`)
  if (flow.flow_json === undefined) throw refuse('The flow has no JSON yet.')
  if (flow.validation_errors.length > 0) throw refuse('The flow JSON has validation errors.')
  const own = [...numbers.values()].filter(({ account_id }) => account_id === flow.account_id)
  if (own.length === 0) throw refuse('The account has no phone number.')
  if (!hasEndpoint(flow.flow_json)) return
  if (flow.endpoint_uri === undefined) throw refuse('The flow needs an endpoint_uri.')
  if (!own.some(({ business_public_key }) => business_public_key)) throw refuse('No phone number has a public key.')
}

function hasEndpoint(flow_json: string): boolean {
  return JSON.parse(flow_json).data_api_version !== undefined
}

export function setStatus(simulation: Simulation, flow: Flow, status: Flow['status']): void {
  const { id, name, status: old_status } = flow
  flow.status = status
  flow.updated_at = simulation.now()
  const message = `Flow ${name} changed status from ${old_status} to ${status}`
  simulation.changes.tell({
    account_id: flow.account_id,
    field: 'flows',
    time: seconds(simulation.now()),
    value: { event: 'FLOW_STATUS_CHANGE', flow_id: id, message, old_status, new_status: status },
    summary: message,
  })
}

/** Meta rule: what was published stays as people know it. */
export function notADraft(code: number, flow: Flow): GraphError {
  return messagingError(code, `The flow is ${flow.status}; only a draft allows this.`)
}
