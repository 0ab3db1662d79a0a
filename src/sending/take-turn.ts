import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { type Recipient, recipientKey } from '../meta/recipient.ts'
import type { PhoneNumberRow } from '../store/tables.ts'

/**
 * Waits for the recipient's turn in this process. Gives the function that ends it.
 * @throws ApiError message_in_flight
 */
export async function takeTurn(
  context: Context,
  number: PhoneNumberRow,
  recipient: Recipient | null,
): Promise<() => void> {
  const end = recipient ? await context.turns.take(`${number.id}:${recipientKey(recipient)}`) : () => {}
  if (!end) throw inFlight()
  return end
}

/** Kapso rule; the header Retry-After is ours, and makes Kapso's SDK try again. */
export const inFlight = () =>
  new ApiError(
    'message_in_flight',
    'Another message is already in-flight for this conversation. Please retry shortly.',
    { headers: { 'retry-after': '1', 'fairlead-outcome': 'not_sent' } },
  )
