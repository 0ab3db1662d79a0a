import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { forwardAsItCame } from './pass-through.ts'
import { phoneNumber } from './resolve.ts'

/** `POST /{phone_number_id}/whatsapp_business_profile` */
export async function updateBusinessProfile(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await phoneNumber(context, call.caller, call.params.phone_number_id ?? '')
  if (number.kind === 'sandbox') {
    // Kapso rule, in Kapso's words.
    throw new ApiError('sandbox_refused', 'Sandbox WhatsApp configurations cannot update business profile')
  }
  return forwardAsItCame(context, { number }, call, `${number.phone_number_id}/whatsapp_business_profile`)
}
