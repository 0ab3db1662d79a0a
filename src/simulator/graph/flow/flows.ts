import { badParam, GraphError } from '../../graph-error.ts'
import { isWebUrl } from '../../messages/media-object.ts'
import type { Param } from '../../param.ts'
import type { Account, Flow, State } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'
import { readForm } from '../multipart.ts'
import { pageOf } from '../page.ts'
import { LARGEST_JSON } from './flow-assets.ts'
import { validateFlowJson } from './flow-json.ts'
import { flowNode } from './flow-node.ts'
import { checkPublishable, notADraft, setStatus } from './flow-status.ts'

const NAME_LIMIT = 200
const CATEGORIES = [
  'SIGN_UP',
  'SIGN_IN',
  'APPOINTMENT_BOOKING',
  'LEAD_GENERATION',
  'CONTACT_US',
  'CUSTOMER_SUPPORT',
  'SURVEY',
  'OTHER',
] as const

/** POST /{waba_id}/flows */
export async function createFlow(call: GraphCall, { account }: { account: Account }): Promise<unknown> {
  const { simulation } = call
  const { frame } = await readForm(call, LARGEST_JSON)
  const name = freeName(simulation.state, account.id, frame.at('name'))
  const categories = categoriesOf(frame.at('categories'))
  const endpoint_uri = endpointOf(frame.at('endpoint_uri'))
  const flow_json = jsonFor(simulation.state, account, frame)
  const flow: Flow = {
    id: simulation.ids.object(),
    account_id: account.id,
    name,
    categories,
    status: 'DRAFT',
    application_id: call.token.app_id,
    validation_errors: flow_json === undefined ? [] : validateFlowJson(flow_json),
    updated_at: simulation.now(),
    ...(endpoint_uri === undefined ? {} : { endpoint_uri }),
    ...(flow_json === undefined ? {} : { flow_json }),
  }
  const publishes = frame.at('publish').optionalBoolean() === true
  if (publishes) checkPublishable(simulation.state, flow)
  simulation.state.flows.set(flow.id, flow)
  if (publishes) setStatus(simulation, flow, 'PUBLISHED')
  return { id: flow.id, success: true, validation_errors: flow.validation_errors }
}

/** GET /{waba_id}/flows, newest first. */
export function listFlows(call: GraphCall, { account }: { account: Account }): unknown {
  const flows = flowsOf(call.simulation.state, account.id).reverse()
  return pageOf(call, flows, (flow) => selectFields(flowNode(call.simulation, flow), call.query.get('fields')))
}

/** GET /{flow_id} */
export function readFlow(call: GraphCall, { flow }: { flow: Flow }): unknown {
  return selectFields(flowNode(call.simulation, flow), call.query.get('fields'))
}

/** POST /{flow_id}: name and categories of a draft; endpoint and app of any flow. */
export async function updateFlow(call: GraphCall, { flow }: { flow: Flow }): Promise<unknown> {
  const { state, now } = call.simulation
  const { frame } = await readForm(call, LARGEST_JSON)
  const [name, categories, app] = [frame.at('name'), frame.at('categories'), frame.at('application_id')]
  if ((name.given || categories.given) && flow.status !== 'DRAFT') throw notADraft(139001, flow)
  if (app.given && !state.apps.has(String(app.value))) throw badParam('Param application_id is not a valid app.')
  const endpoint_uri = endpointOf(frame.at('endpoint_uri'))
  const changed = {
    ...(name.given && name.value !== flow.name ? { name: freeName(state, flow.account_id, name) } : {}),
    ...(categories.given ? { categories: categoriesOf(categories) } : {}),
    ...(endpoint_uri === undefined ? {} : { endpoint_uri }),
    ...(app.given ? { application_id: String(app.value) } : {}),
  }
  if (Object.keys(changed).length === 0 && !name.given) throw badParam('Nothing to update was given.')
  Object.assign(flow, changed, { updated_at: now() })
  return { success: true }
}

/** DELETE /{flow_id}: drafts only. */
export function deleteFlow({ simulation }: GraphCall, { flow }: { flow: Flow }): unknown {
  if (flow.status !== 'DRAFT') throw notADraft(139004, flow)
  simulation.state.flows.delete(flow.id)
  return { success: true }
}

export function flowsOf(state: State, account_id: string): Flow[] {
  return [...state.flows.values()].filter((flow) => flow.account_id === account_id)
}

/** Meta rule: a flow's name is its own within the account. */
function freeName(state: State, account_id: string, param: Param): string {
  const name = param.text({ max: NAME_LIMIT, missing: 100 })
  if (!flowsOf(state, account_id).some((flow) => flow.name === name)) return name
  throw new GraphError(400, {
    message: 'Invalid parameter',
    code: 100,
    error_subcode: 4016019,
    is_transient: false,
    error_user_title: 'Flow name must be unique',
    error_user_msg: `This account already has a flow called ${name}.`,
  })
}

function categoriesOf(categories: Param): string[] {
  const list = categories.list(100)
  if (list.length === 0) throw categories.missing(100)
  return list.map((category) => category.oneOf(CATEGORIES))
}

function endpointOf(endpoint: Param): string | undefined {
  const url = endpoint.optionalText({ max: 2048 })
  if (url && !isWebUrl(url)) throw badParam('Param endpoint_uri is not a valid URI.')
  return url
}

/** The JSON given with a new flow, or that of the flow it clones. */
function jsonFor(state: State, account: Account, frame: Param): string | undefined {
  const { value } = frame.at('flow_json')
  // In a form it has been read as the object it is.
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  const text = frame.at('flow_json').optionalText()
  const clone = frame.at('clone_flow_id')
  if (!clone.given) return text
  const source = state.flows.get(String(clone.value))
  if (source?.account_id !== account.id) throw badParam('Param clone_flow_id is not a valid flow.')
  return text ?? source.flow_json
}
