import { badParam, messagingError } from '../../graph-error.ts'
import { seconds } from '../../simulation.ts'
import { type Account, templatesOf } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { pageOf } from '../page.ts'
import { countsOf, groupBy, pieceOf, readRange, sentIn } from './time-range.ts'

const MOST_TEMPLATES = 10
const LOOKBACK_SECONDS = 90 * 86_400
const METRICS = ['COST', 'CLICKED', 'DELIVERED', 'READ', 'SENT'] as const

/** GET /{waba_id}/template_analytics */
export function readTemplateAnalytics(call: GraphCall, { account }: { account: Account }): unknown {
  const { state, now } = call.simulation
  if (!account.is_enabled_for_insights) throw messagingError(200007, 'Enable template insights for the account first.')
  const range = readRange((name) => call.query.get(name) ?? undefined, ['DAILY'])
  if (range.start < seconds(now()) - LOOKBACK_SECONDS) throw badParam('Param start must be within the last 90 days.')
  const ids = idsOf(call, account)
  const metrics = metricsOf(call.query.get('metric_types'))
  const sent = sentIn(state, account, range).filter(({ template_id = '' }) => ids.includes(template_id))
  const dayOf = (at: number) => pieceOf(seconds(at), range)
  const data_points = groupBy(sent, ({ template_id, at }) => `${dayOf(at).start} ${template_id}`).map((messages) => {
    const [first] = messages
    // Ours: nobody clicks, and nothing costs anything here.
    const values: Record<string, unknown> = { ...countsOf(messages), clicked: [], cost: [] }
    const told = metrics.map((metric) => [metric.toLowerCase(), values[metric.toLowerCase()]])
    return { template_id: first?.template_id, ...dayOf(first?.at ?? 0), ...Object.fromEntries(told) }
  })
  return pageOf(call, [{ id: 'DAILY' }], () => ({ granularity: 'DAILY', product_type: 'cloud_api', data_points }))
}

function idsOf(call: GraphCall, account: Account): string[] {
  const ids = call.query.get('template_ids')?.match(/\d+/g) ?? []
  if (ids.length === 0) throw badParam('The parameter template_ids is required.')
  if (ids.length > MOST_TEMPLATES) throw badParam(`Param template_ids must have at most ${MOST_TEMPLATES} elements.`)
  const own = templatesOf(call.simulation.state, account).map(({ id }) => id)
  const unknown = ids.find((id) => !own.includes(id))
  if (unknown) throw badParam(`Param template_ids has an id that is no template of this account: ${unknown}.`)
  return ids
}

function metricsOf(given: string | null): string[] {
  const metrics = given?.toUpperCase().match(/[A-Z_]+/g) ?? [...METRICS]
  const unknown = metrics.find((metric) => !METRICS.some((known) => known === metric))
  if (unknown) throw badParam(`Param metric_types must be one of {${METRICS.join(', ')}} - got "${unknown}".`)
  return metrics
}
