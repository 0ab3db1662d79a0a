import { badParam } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { type Account, known } from '../../state.ts'
import { systemUser } from '../app/me.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { pageOf } from '../page.ts'

const TASKS = [
  'MANAGE',
  'DEVELOP',
  'MANAGE_TEMPLATES',
  'MANAGE_PHONE',
  'VIEW_COST',
  'MANAGE_EXTENSIONS',
  'VIEW_PHONE_ASSETS',
  'MANAGE_PHONE_ASSETS',
  'VIEW_TEMPLATES',
  'MESSAGING',
  'MANAGE_BUSINESS_PHONES',
  'FULL_CONTROL',
] as const

/** GET /{waba_id}/assigned_users?business= */
export function listAssignedUsers(call: GraphCall, { account }: { account: Account }): unknown {
  const { simulation, query, token } = call
  const business = query.get('business')
  if (!business) throw badParam('The parameter business is required.')
  if (business !== account.business_id) throw badParam('Param business is not a business with this account.')
  const { id, name } = systemUser(known(simulation.state.apps, token.app_id))
  const others = (account.assigned_users ?? []).map((user) => ({ ...user, name: `User ${user.id.slice(-4)}` }))
  const users = [{ id, name, tasks: ['MANAGE'] }, ...others.filter((user) => user.id !== id)]
  return pageOf(call, users, (user) => user)
}

/** POST /{waba_id}/assigned_users */
export function assignUser(call: GraphCall, { account }: { account: Account }): unknown {
  const frame = frameOf(call)
  const id = userOf(frame.at('user'))
  const tasks = frame
    .at('tasks')
    .list(100)
    .map((task) => task.oneOf(TASKS))
  if (tasks.length === 0) throw frame.at('tasks').missing(100)
  account.assigned_users = [...without(account, id), { id, tasks }]
  return { success: true }
}

/** DELETE /{waba_id}/assigned_users */
export function unassignUser(call: GraphCall, { account }: { account: Account }): unknown {
  account.assigned_users = without(account, userOf(frameOf(call).at('user')))
  return { success: true }
}

function without(account: Account, id: string) {
  return (account.assigned_users ?? []).filter((user) => user.id !== id)
}

function userOf(user: Param): string {
  if (!user.given) throw user.missing(100)
  const id = String(user.value)
  if (!/^\d{5,20}$/.test(id)) throw badParam('Param user must be the id of a user.')
  return id
}
