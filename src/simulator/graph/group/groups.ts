import { badParam, messagingError } from '../../graph-error.ts'
import { messagesValue } from '../../lifecycle/status.ts'
import { checkMessagingProduct } from '../../messages/check-message.ts'
import { type Simulation, seconds } from '../../simulation.ts'
import { type Group, numberOf, type PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'
import { readForm } from '../multipart.ts'
import { pageOf } from '../page.ts'

const SUBJECT_LIMIT = 128
const DESCRIPTION_LIMIT = 2048
const MOST_GROUPS = 10_000
const MOST_REMOVED = 8
const LARGEST_PICTURE = 5 * 1024 * 1024
/** Ours: how long Meta takes until it tells what became of a request. */
const DONE_AFTER_MS = 500

/** POST /{phone_number_id}/groups. Meta rule: it answers with a request; the group is told by webhook. */
export function createGroup(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const { simulation } = call
  const { state, ids } = simulation
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const subject = frame.at('subject').text({ max: SUBJECT_LIMIT, missing: 100 })
  const description = frame.at('description').optionalText({ max: DESCRIPTION_LIMIT })
  const mode = frame.at('join_approval_mode')
  const count = [...state.groups.values()].filter((group) => group.phone_number_id === number.id).length
  if (count >= MOST_GROUPS) throw messagingError(131211)
  const group: Group = {
    id: groupId(number, ids.object()),
    phone_number_id: number.id,
    subject,
    join_approval_mode: mode.given ? mode.oneOf(['auto_approve', 'approval_required']) : 'auto_approve',
    invite_code: ids.opaque(22),
    participants: [],
    created_at: simulation.now(),
    ...(description ? { description } : {}),
  }
  state.groups.set(group.id, group)
  const { join_approval_mode } = group
  const told = { subject, ...(description ? { description } : {}), invite_link: linkOf(group), join_approval_mode }
  return request(simulation, group, 'group_lifecycle_update', { type: 'group_create', ...told })
}

/** GET /{phone_number_id}/groups */
export function listGroups(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const own = [...call.simulation.state.groups.values()].filter((group) => group.phone_number_id === number.id)
  const { data, ...page } = pageOf(call, own, ({ id, subject, created_at }) => ({
    id,
    subject,
    created_at: String(seconds(created_at)),
  }))
  return { data: { groups: data }, ...page }
}

/** GET /{group_id} */
export function readGroup({ query }: GraphCall, { group }: { group: Group }): unknown {
  const fields = {
    id: () => group.id,
    messaging_product: () => 'whatsapp',
    subject: () => group.subject,
    description: () => group.description,
    suspended: () => false,
    creation_timestamp: () => String(seconds(group.created_at)),
    join_approval_mode: () => group.join_approval_mode,
    participants: () => group.participants.map((wa_id) => ({ wa_id })),
    total_participant_count: () => group.participants.length,
  }
  return selectFields({ type: 'WhatsAppGroup', byDefault: Object.keys(fields), fields }, query.get('fields'))
}

/** POST /{group_id}: another subject or description. */
export async function updateGroup(call: GraphCall, { group }: { group: Group }): Promise<unknown> {
  const { frame } = await readForm(call, LARGEST_PICTURE)
  checkMessagingProduct(frame)
  const subject = frame.at('subject').optionalText({ max: SUBJECT_LIMIT })
  const description = frame.at('description').optionalText({ max: DESCRIPTION_LIMIT })
  if (subject === '') throw frame.at('subject').missing(100)
  if (subject === undefined && description === undefined) {
    throw badParam('The parameter subject or description is required.')
  }
  if (subject !== undefined) group.subject = subject
  if (description !== undefined) group.description = description
  return request(call.simulation, group, 'group_settings_update', {
    type: 'group_settings_update',
    ...(subject === undefined ? {} : { group_subject: { text: subject, update_successful: true } }),
    ...(description === undefined ? {} : { group_description: { text: description, update_successful: true } }),
  })
}

/** DELETE /{group_id} */
export function deleteGroup({ simulation }: GraphCall, { group }: { group: Group }): unknown {
  simulation.state.groups.delete(group.id)
  return request(simulation, group, 'group_lifecycle_update', { type: 'group_delete' })
}

/** GET /{group_id}/invite_link */
export function readInviteLink(_call: GraphCall, { group }: { group: Group }): unknown {
  return { messaging_product: 'whatsapp', invite_link: linkOf(group) }
}

/** POST /{group_id}/invite_link: another link; the one before leads nowhere. */
export function resetInviteLink(call: GraphCall, { group }: { group: Group }): unknown {
  checkMessagingProduct(frameOf(call))
  group.invite_code = call.simulation.ids.opaque(22)
  return { messaging_product: 'whatsapp', invite_link: linkOf(group) }
}

/** DELETE /{group_id}/participants */
export function removeParticipants(call: GraphCall, { group }: { group: Group }): unknown {
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const users = frame.at('participants').list(100)
  if (users.length === 0 || users.length > MOST_REMOVED) {
    throw badParam(`Param participants must have 1 to ${MOST_REMOVED} elements.`)
  }
  const inputs = users.map((user) => user.object(['user'], 100).at('user').text({ missing: 100 }))
  const asUsers = inputs.map((input) => ({ input, wa_id: input.replace(/\D/g, '') }))
  const removed = asUsers.filter(({ wa_id }) => group.participants.includes(wa_id))
  if (removed.length === 0) throw messagingError(131212, 'No participant of the group was named.')
  const failed = asUsers.filter((user) => !removed.includes(user))
  group.participants = group.participants.filter((wa_id) => !removed.some((user) => user.wa_id === wa_id))
  return request(call.simulation, group, 'group_participants_update', {
    type: 'group_participants_remove',
    initiated_by: 'business',
    removed_participants: removed,
    ...(failed.length > 0 ? { failed_participants: failed.map((user) => ({ ...user, errors: [notIn()] })) } : {}),
  })
}

/** GET /{group_id}/join_requests. Ours: nobody asks to join yet. */
export function listJoinRequests(call: GraphCall): unknown {
  return pageOf(call, [], () => undefined)
}

/** POST and DELETE /{group_id}/join_requests: approves them, or turns them down. */
export function decideJoinRequests(call: GraphCall): unknown {
  const frame = frameOf(call)
  checkMessagingProduct(frame)
  const requests = frame.at('join_requests').list(100)
  if (requests.length === 0) throw frame.at('join_requests').missing(100)
  throw messagingError(131213, 'Nobody has asked to join the group.')
}

function notIn() {
  const { message, code } = messagingError(131212).error
  return { code, message, title: message, error_data: { details: 'The user is not a participant of the group.' } }
}

/** Meta rule: base64 that ends in ZD. */
function groupId({ digits }: PhoneNumber, id: string): string {
  return `${Buffer.from(`capi_group:${digits}:${id}`).toString('base64url')}ZD`
}

function linkOf({ invite_code }: Group): string {
  return `https://chat.whatsapp.com/${invite_code}`
}

/** The answer to a change of a group; the apps are told of it a little later. */
function request(simulation: Simulation, group: Group, field: string, told: Record<string, unknown>): unknown {
  const { state, ids, now } = simulation
  const request_id = ids.opaque(32)
  const number = numberOf(state, group.phone_number_id)
  const at = String(seconds(now() + DONE_AFTER_MS * 1000))
  const change = {
    account_id: number.account_id,
    phone_number_id: number.id,
    field,
    value: { ...messagesValue(number), groups: [{ timestamp: at, group_id: group.id, request_id, ...told }] },
    summary: `${String(told.type)} of group ${group.subject}`,
  }
  simulation.after(DONE_AFTER_MS, { do: 'announce', change })
  return { messaging_product: 'whatsapp', request_id }
}
