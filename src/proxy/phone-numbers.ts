import type { Context } from '../context.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { forward, passOn } from './forward.ts'
import { businessAccount } from './resolve.ts'

/** `GET /{business_account_id}/phone_numbers` */
export async function listPhoneNumbers(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await businessAccount(context, call.caller, call.params.business_account_id ?? '')
  const path = `${number.business_account_id}/phone_numbers`
  return passOn(context, number, await forward(context, number, call, { method: 'GET', path, query: call.query }))
}
