import type { Context } from '../context.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { forward, passOn } from './forward.ts'
import { objectsIn, rememberObjects } from './graph-objects.ts'
import { phoneNumber } from './resolve.ts'

/** `GET /{phone_number_id}/groups`. The groups are remembered, because later they are named by their id alone. */
export async function listGroups(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  const path = `${number.phone_number_id}/groups`
  const answer = await forward(context, number, call, { method: 'GET', path, query: call.query })
  const groups = objectsIn(answer).data.map((group) => group.id)
  await rememberObjects(context, number, 'group', groups)
  return passOn(context, number, answer)
}
