import { createHash } from 'node:crypto'
import { DAY } from '../../../lib/clock.ts'
import type { Simulation } from '../../simulation.ts'
import { type Flow, known } from '../../state.ts'
import type { Node } from '../fields.ts'
import { graphTime } from '../graph-time.ts'
import { healthOf, worstOf } from '../health.ts'

/** Meta rule: a preview is good for 30 days. */
const PREVIEW_LIFETIME = 30 * DAY

/** GET /{flow_id} as its fields read it. */
export function flowNode({ state, now }: Simulation, flow: Flow): Node {
  const account = known(state.accounts, flow.account_id)
  const app = flow.application_id === undefined ? undefined : state.apps.get(flow.application_id)
  const json = () => parsed(flow)
  return {
    type: 'WhatsAppFlow',
    byDefault: ['id', 'name', 'status', 'categories', 'validation_errors'],
    fields: {
      id: () => flow.id,
      name: () => flow.name,
      status: () => flow.status,
      categories: () => flow.categories,
      validation_errors: () => flow.validation_errors,
      json_version: () => json().version,
      data_api_version: () => json().data_api_version,
      endpoint_uri: () => flow.endpoint_uri,
      data_channel_uri: () => flow.endpoint_uri,
      updated_at: () => graphTime(flow.updated_at),
      whatsapp_business_account: () => {
        const { id, name, currency, timezone_id, template_namespace } = account
        return { id, name, currency, timezone_id, message_template_namespace: template_namespace }
      },
      application: () =>
        app && { link: `https://www.facebook.com/games/?app_id=${app.id}`, name: app.name, id: app.id },
      preview: () => ({
        preview_url: `https://business.facebook.com/wa/manage/flows/${flow.id}/preview/?token=${previewToken(flow)}`,
        expires_at: graphTime(now() + PREVIEW_LIFETIME),
      }),
      health_status: () =>
        worstOf([
          healthOf('FLOW', flow.id, flow.status === 'BLOCKED' ? 'BLOCKED' : 'AVAILABLE'),
          healthOf('WABA', account.id, 'AVAILABLE'),
          healthOf('BUSINESS', account.business_id, 'AVAILABLE'),
        ]),
      // Ours: nobody opens flows often enough for Meta to count.
      metric: () => undefined,
    },
  }
}

function parsed(flow: Flow): Record<string, unknown> {
  if (flow.flow_json === undefined || flow.validation_errors.length > 0) return {}
  return JSON.parse(flow.flow_json)
}

// The same one until the flow changes, as without `invalidate(true)`.
function previewToken({ id, updated_at }: Flow): string {
  return createHash('sha256').update(`${id} ${updated_at}`).digest('hex').slice(0, 32)
}
