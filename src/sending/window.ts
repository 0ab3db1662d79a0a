import type { Context } from '../context.ts'
import { DAY } from '../lib/clock.ts'
import { type Recipient, waIdSpellings } from '../meta/recipient.ts'
import * as windows from '../store/customer-service-windows.ts'
import type { PhoneNumberRow } from '../store/tables.ts'

export type Window = 'open' | 'closed' | 'unknown'

/**
 * Whether the customer service window between a number and a person is open: 24 hours from the person's last message
 * (Meta rule). `unknown` while our own record does not reach back 24 hours, and for groups, which have none.
 */
export async function windowOf(
  { clock, store }: Context,
  number: PhoneNumberRow,
  recipient: Recipient,
): Promise<Window> {
  if (recipient.kind === 'group') return 'unknown'
  const last = await windows.lastInboundAt(
    store.db,
    number,
    recipient.kind === 'user' ? { user_id: recipient.user_id } : { wa_ids: waIdSpellings(recipient.digits) },
  )
  return judge({ now: clock.now(), last, completeSince: number.history_complete_since })
}

/** All times in microseconds. `last`: the person's last message; null if we have none. */
export function judge({
  now,
  last,
  completeSince,
}: {
  now: number
  last: number | null
  completeSince: number
}): Window {
  if (last !== null && now - last < DAY) return 'open'
  return now - completeSince < DAY ? 'unknown' : 'closed'
}
