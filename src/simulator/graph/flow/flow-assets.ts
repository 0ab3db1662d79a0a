import { badParam } from '../../graph-error.ts'
import type { Flow } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { readForm } from '../multipart.ts'
import { pageOf } from '../page.ts'
import { validateFlowJson } from './flow-json.ts'
import { notADraft } from './flow-status.ts'

/** Meta rule: 10 MB. */
export const LARGEST_JSON = 10 * 1024 * 1024

/** POST /{flow_id}/assets: another flow JSON. One that is wrong is kept as well, and told what is wrong. */
export async function uploadAsset(call: GraphCall, { flow }: { flow: Flow }): Promise<unknown> {
  const { frame, file } = await readForm(call, LARGEST_JSON)
  if (frame.at('name').text({ missing: 100 }) !== 'flow.json') throw badParam('Param name must be flow.json.')
  if (!frame.at('asset_type').given) throw frame.at('asset_type').missing(100)
  frame.at('asset_type').oneOf(['FLOW_JSON'])
  if (!file) throw badParam('The parameter file is required.')
  if (flow.status !== 'DRAFT') throw notADraft(139001, flow)
  flow.flow_json = file.bytes.toString('utf8')
  flow.validation_errors = validateFlowJson(flow.flow_json)
  flow.updated_at = call.simulation.now()
  return { success: true, validation_errors: flow.validation_errors }
}

/** GET /{flow_id}/assets */
export function listAssets(call: GraphCall, { flow }: { flow: Flow }): unknown {
  if (flow.flow_json === undefined) return { data: [] }
  const download_url = `${call.simulation.url()}/${flow.id}/assets/flow.json`
  return pageOf(call, [{ id: flow.id }], () => ({ name: 'flow.json', asset_type: 'FLOW_JSON', download_url }))
}

/** GET /{flow_id}/assets/flow.json: what `download_url` leads to. Ours: Meta's leads to its file servers. */
export function downloadAsset({ reply, rest }: GraphCall, { flow }: { flow: Flow }): unknown {
  if (rest[0] !== 'flow.json' || flow.flow_json === undefined) throw badParam('The flow has no such asset.')
  return reply.type('application/json').send(flow.flow_json)
}
