import { badParam } from '../../graph-error.ts'
import type { Account, Flow } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { flowsOf } from './flows.ts'

const MOST_NAMES = 100

/** POST /{waba_id}/migrate_flows: copies flows of another account as drafts. */
export function migrateFlows(call: GraphCall, { account }: { account: Account }): unknown {
  const { state } = call.simulation
  const frame = frameOf(call)
  const [source, names] = [frame.at('source_waba_id'), frame.at('source_flow_names')]
  if (!source.given) throw source.missing(100)
  const source_id = String(source.value)
  const isSeen = state.accounts.has(source_id) && call.token.account_ids.includes(source_id)
  if (!isSeen || source_id === account.id) throw badParam('Param source_waba_id is not a valid account.')
  const all = flowsOf(state, source_id)
  const wanted = names.given ? names.list(100).map((name) => name.text({ missing: 100 })) : all.map(({ name }) => name)
  if (wanted.length > MOST_NAMES) throw badParam(`Param source_flow_names must have at most ${MOST_NAMES} elements.`)
  const migrated_flows: unknown[] = []
  const failed_flows: unknown[] = []
  for (const source_name of new Set(wanted)) {
    const flow = all.find(({ name }) => name === source_name)
    const failure = whyNot(call, account, flow)
    if (flow && failure === undefined) {
      migrated_flows.push({ source_name, source_id: flow.id, migrated_id: copy(call, account, flow) })
    } else failed_flows.push({ source_name, error_code: '4233041', error_message: failure })
  }
  return { migrated_flows, failed_flows }
}

function whyNot({ simulation }: GraphCall, account: Account, flow: Flow | undefined): string | undefined {
  if (!flow) return 'The source account has no flow of this name.'
  const taken = flowsOf(simulation.state, account.id).some(({ name }) => name === flow.name)
  return taken ? 'The account already has a flow of this name.' : undefined
}

function copy({ simulation }: GraphCall, account: Account, flow: Flow): string {
  const id = simulation.ids.object()
  const copied: Flow = { ...structuredClone(flow), id, account_id: account.id, status: 'DRAFT' }
  copied.updated_at = simulation.now()
  simulation.state.flows.set(id, copied)
  return id
}
