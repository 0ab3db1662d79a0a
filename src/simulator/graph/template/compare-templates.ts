import { badParam } from '../../graph-error.ts'
import { type Account, known, type Template, templatesOf } from '../../state.ts'
import { readRange, sentIn } from '../account/time-range.ts'
import type { GraphCall } from '../call.ts'

/** Meta rule: templates are compared over one of these. */
const PERIODS = [7, 30, 60, 90]
const DAY_SECONDS = 86_400

/** GET /{template_id}/compare?template_ids=&start=&end= */
export function compareTemplates(call: GraphCall, { template }: { template: Template }): unknown {
  const { state } = call.simulation
  const account = known(state.accounts, template.account_id)
  const other = otherOf(call, account, template)
  const period = (name: string) => (name === 'granularity' ? 'DAILY' : (call.query.get(name) ?? undefined))
  const range = readRange(period, ['DAILY'])
  if (!PERIODS.includes((range.end - range.start) / DAY_SECONDS)) {
    throw badParam(`The time between start and end must be one of ${PERIODS.join(', ')} days.`)
  }
  const sent = sentIn(state, account, range)
  const compared = [template.id, other.id]
  const countOf = (id: string) => sent.filter(({ template_id }) => template_id === id).length
  // Ours: nobody blocks, so there is nothing to tell them apart by.
  return {
    data: [
      { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: compared },
      {
        metric: 'MESSAGE_SENDS',
        type: 'NUMBER_VALUES',
        number_values: compared.map((id) => ({ key: id, value: countOf(id) })),
      },
      {
        metric: 'TOP_BLOCK_REASON',
        type: 'STRING_VALUES',
        string_values: compared.map((id) => ({ key: id, value: 'UNKNOWN_BLOCK_REASON' })),
      },
    ],
  }
}

function otherOf({ simulation, query }: GraphCall, account: Account, template: Template): Template {
  const ids = query.get('template_ids')?.match(/\d+/g) ?? []
  if (ids.length === 0) throw badParam('The parameter template_ids is required.')
  const other = templatesOf(simulation.state, account).find(({ id }) => id === ids[0])
  if (ids.length > 1 || !other || other === template) {
    throw badParam('Param template_ids must be the id of another template of this account.')
  }
  return other
}
