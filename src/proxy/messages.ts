import { Buffer } from 'node:buffer'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonMembers } from '../lib/json-members.ts'
import { jsonObject } from '../lib/json-object.ts'
import { readRecipient } from '../meta/recipient.ts'
import { readKey } from '../sending/idempotency-key.ts'
import { type Message, type SendRequest, send } from '../sending/send.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { forward, keptHeaders } from './forward.ts'
import { phoneNumber } from './resolve.ts'

/** `POST /{phone_number_id}/messages`: sends a message, or marks one as read. */
export async function postMessages(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  const message = readMessage(call.body)
  refuseOtherAccount(number, message.parsed)
  if (message.parsed.status === 'read') return markRead(context, number, call, message)
  return sendMessage(context, number, call, { edge: 'messages', message })
}

/** `POST /{phone_number_id}/marketing_messages`: sends a marketing template, over the edge that Meta has for those. */
export async function postMarketingMessages(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  const message = readMessage(call.body)
  refuseOtherAccount(number, message.parsed)
  return sendMessage(context, number, call, { edge: 'marketing_messages', message })
}

async function sendMessage(
  context: Context,
  number: PhoneNumberRow,
  { version, idempotencyKey, isGone }: ProxyCall,
  request: Pick<SendRequest, 'edge' | 'message'>,
): Promise<ProxyAnswer> {
  const key = readKey(idempotencyKey)
  const { answer, headers } = await send(context, number, { version, key, isGone, ...request })
  return { status: answer.status, headers: { ...keptHeaders(answer), ...headers }, body: answer.body }
}

/** No message: no window, no turn, no record of a send (Kapso rule). */
async function markRead(
  context: Context,
  number: PhoneNumberRow,
  call: ProxyCall,
  message: Message,
): Promise<ProxyAnswer> {
  const answer = await forward(context, number, call, {
    method: 'POST',
    path: `${number.phone_number_id}/messages`,
    body: { bytes: message.bytes, contentType: 'application/json' },
  })
  return { status: answer.status, headers: keptHeaders(answer), body: answer.body }
}

/** The members that we act on. Given twice, we might act on one and Meta on the other. */
const READ_MEMBERS = new Set([
  'messaging_product',
  'recipient_type',
  'to',
  'recipient',
  'type',
  'status',
  'biz_opaque_callback_data',
  'messaging_account_id',
  'paid_messaging_account_id',
])

/**
 * Reads a body, once, for the record. What Meta would refuse is left for Meta to refuse.
 * @throws ApiError bad_request when it is no JSON object, or names twice what we act on
 */
function readMessage(body: ProxyCall['body']): Message {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const parsed = jsonObject(bytes)
  if (!parsed) throw new ApiError('bad_request', '(#100) The request body must be a JSON object.')
  const members = jsonMembers(bytes)
  const seen = new Set<string>()
  for (const { key } of members) {
    if (READ_MEMBERS.has(key) && seen.has(key)) {
      throw new ApiError('bad_request', `(#100) The parameter ${key} is given twice.`)
    }
    seen.add(key)
  }
  return {
    bytes,
    members,
    parsed,
    // Meta takes a message without a type for a text.
    type: typeof parsed.type === 'string' ? parsed.type.slice(0, 64) : 'text',
    recipient: readRecipient(parsed),
  }
}

/** Kapso's optional member that names the account to send from (Kapso rule). */
function refuseOtherAccount(number: PhoneNumberRow, body: Record<string, unknown>): void {
  const account = body.messaging_account_id ?? body.paid_messaging_account_id
  if (account === undefined || account === null) return
  const named = typeof account === 'string' || typeof account === 'number' ? String(account) : null
  if (named === number.business_account_id) return
  throw new ApiError('messaging_account_mismatch', 'Messaging account does not match this WhatsApp phone number', {
    code: 'messaging_account_mismatch',
  })
}
