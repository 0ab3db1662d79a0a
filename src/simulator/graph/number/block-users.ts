import { badParam, GraphError, messagingError } from '../../graph-error.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import type { Param } from '../../param.ts'
import type { PhoneNumber, State } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { pageOf } from '../page.ts'

type User = { input: string; wa_id: string }

/** GET /{phone_number_id}/block_users */
export function listBlockedUsers(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const blocked = number.blocked.map((id) => ({ id }))
  return pageOf(call, blocked, ({ id }) => ({ messaging_product: 'whatsapp', wa_id: id }))
}

/** POST /{phone_number_id}/block_users */
export function blockUsers(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { state, settings, now } = call.simulation
  const users = usersOf(call)
  // Meta rule: only who wrote within the last day can be blocked.
  const added = users.filter(({ wa_id }) => hasWritten(state, number, wa_id, now()))
  const failed = users.filter((user) => !added.includes(user))
  const fresh = added.filter(({ wa_id }) => !number.blocked.includes(wa_id)).map(({ wa_id }) => wa_id)
  if (number.blocked.length + new Set(fresh).size > settings.limits.blocked_users) {
    throw messagingError(139101, `At most ${settings.limits.blocked_users} users can be blocked.`)
  }
  number.blocked.push(...new Set(fresh))
  return answer('added_users', added, failed)
}

/** DELETE /{phone_number_id}/block_users */
export function unblockUsers(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const users = usersOf(call)
  const removed = users.filter(({ wa_id }) => number.blocked.includes(wa_id))
  number.blocked = number.blocked.filter((wa_id) => !removed.some((user) => user.wa_id === wa_id))
  return answer(
    'removed_users',
    removed,
    users.filter((user) => !removed.includes(user)),
  )
}

function usersOf(call: GraphCall): User[] {
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const users = frame.at('block_users').list(100).map(userOf)
  if (users.length === 0) throw frame.at('block_users').missing(100)
  return users
}

function userOf(param: Param): User {
  param.object(['user'], 100)
  const input = param.at('user').text({ missing: 100 })
  const wa_id = input.replace(/[\s()+-]/g, '')
  if (!/^\d{5,20}$/.test(wa_id)) throw badParam(`Param ${param.at('user').path} must be a phone number.`)
  return { input, wa_id }
}

function hasWritten(state: State, number: PhoneNumber, wa_id: string, now: number): boolean {
  return (state.customers.get(wa_id)?.windows.get(number.id) ?? 0) > now
}

/** Meta rule: what could be done is done and told, also beside the error about the rest. */
function answer(done: 'added_users' | 'removed_users', users: User[], failed: User[]): unknown {
  if (failed.length === 0) return { messaging_product: 'whatsapp', block_users: { [done]: users } }
  const { error } = messagingError(139100, 'See failed_users for what went wrong with each.')
  const failed_users = failed.map((user) => ({ ...user, errors: [reasonOf(done)] }))
  const block_users = { [done]: users, failed_users }
  const refused = { ...error, message: String(error.message), code: 139100 }
  throw new GraphError(400, refused, { messaging_product: 'whatsapp', block_users })
}

function reasonOf(done: 'added_users' | 'removed_users') {
  if (done === 'removed_users') {
    return { message: 'User is not blocked', code: 139100, error_data: { details: 'The user is not blocked.' } }
  }
  const details = 'The user has not written to this number in the last 24 hours.'
  return { message: 'Re-engagement required', code: 131047, error_data: { details } }
}
