import { z } from 'zod'
import { messagesValue } from '../lifecycle/status.ts'
import { seconds } from '../simulation.ts'
import { numberOf } from '../state.ts'
import { wa_id } from './customers.ts'
import { defineRoute } from './define.ts'
import { ControlError, found } from './error.ts'
import { withIsoTimes } from './iso-times.ts'

/** Meta rule: besides the business. */
const MOST_PARTICIPANTS = 8

export const listGroups = defineRoute({
  method: 'GET',
  path: '/groups',
  summary: 'The groups, with who is in them',
  answers: '`{data: [group]}`',
  handle: ({ state }) => ({ data: withIsoTimes(state.groups) }),
})

export const joinGroup = defineRoute({
  method: 'POST',
  path: '/groups/{id}/participants',
  summary: 'A customer joins a group by its link; told by webhook',
  params: z.object({ id: z.string() }),
  body: z.strictObject({ wa_id }),
  status: 201,
  answers: 'The group, and `delivered`',
  async handle(simulation, { params, body }) {
    const group = found(simulation.state.groups.get(params.id), 'group')
    if (group.participants.includes(body.wa_id)) {
      throw new ControlError(400, 'wa_id: is in the group already', { field: 'wa_id' })
    }
    if (group.participants.length >= MOST_PARTICIPANTS) {
      throw new ControlError(400, `wa_id: the group has ${MOST_PARTICIPANTS} participants`, { field: 'wa_id' })
    }
    group.participants.push(body.wa_id)
    const number = numberOf(simulation.state, group.phone_number_id)
    const joined = {
      timestamp: String(seconds(simulation.now())),
      group_id: group.id,
      type: 'group_participants_add',
      reason: 'invite_link',
      added_participants: [{ wa_id: body.wa_id }],
    }
    const delivered = await simulation.changes.tell({
      account_id: number.account_id,
      phone_number_id: number.id,
      wa_id: body.wa_id,
      field: 'group_participants_update',
      value: { ...messagesValue(number), groups: [joined] },
      summary: `customer ${body.wa_id} joins group ${group.subject}`,
    })
    return Object.assign(withIsoTimes(group) as object, { delivered })
  },
})
