import { Buffer } from 'node:buffer'
import type { Context } from '../context.ts'
import { jsonMembers } from '../lib/json-members.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { jsonBody } from './outgoing-body.ts'
import { forwardAsItCame } from './pass-through.ts'
import { phoneNumber } from './resolve.ts'

/**
 * `POST` and `DELETE /{phone_number_id}/block_users`. Kapso's clients leave `messaging_product` out, which Meta wants:
 * it is put in where it is missing (Kapso rule).
 */
export async function changeBlockedUsers(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  const { bytes } = jsonBody(call.body)
  return forwardAsItCame(
    context,
    { number },
    { ...call, body: withProduct(bytes), contentType: 'application/json' },
    `${number.phone_number_id}/block_users`,
  )
}

function withProduct(bytes: Buffer): Buffer {
  const members = jsonMembers(bytes)
  if (members.some(({ key }) => key === 'messaging_product')) return bytes
  const inside = bytes.indexOf('{') + 1
  const product = `"messaging_product":"whatsapp"${members.length > 0 ? ',' : ''}`
  return Buffer.concat([bytes.subarray(0, inside), Buffer.from(product), bytes.subarray(inside)])
}
