import { type Clock, DAY } from '../lib/clock.ts'
import { type Recipient, recipientKey, waIdSpellings } from '../meta/recipient.ts'
import * as windows from '../store/customer-service-windows.ts'
import type { Db } from '../store/db.ts'
import type { PhoneNumberRow } from '../store/tables.ts'

export type Window = 'open' | 'closed' | 'unknown'

/** Answers whether the customer service window between a number and a person is open. */
export type Windows = {
  /**
   * 24 hours from the person's last message (Meta rule). `unknown` while our own record does not reach back 24 hours,
   * and for groups, which have no window.
   */
  of(number: PhoneNumberRow, recipient: Recipient): Promise<Window>
}

/** How many open windows are kept at hand. */
const KEPT = 20_000

export function createWindows({ clock, db }: { clock: Clock; db: Db }): Windows {
  // A window that is open stays open until its time, whatever happens, so this needs no forgetting.
  const openUntil = new Map<string, number>()

  async function lastInboundAt(number: PhoneNumberRow, recipient: Recipient): Promise<number | null> {
    if (recipient.kind === 'group') return null
    const person =
      recipient.kind === 'user' ? { user_id: recipient.user_id } : { wa_ids: waIdSpellings(recipient.digits) }
    return windows.lastInboundAt(db, number, person)
  }

  return {
    async of(number, recipient) {
      if (recipient.kind === 'group') return 'unknown'
      const key = `${number.id}:${recipientKey(recipient)}`
      const now = clock.now()
      if ((openUntil.get(key) ?? 0) > now) return 'open'
      const last = await lastInboundAt(number, recipient)
      const window = judge({ now, last, completeSince: number.history_complete_since })
      openUntil.delete(key)
      if (window === 'open' && last !== null) {
        if (openUntil.size >= KEPT) openUntil.clear()
        openUntil.set(key, last + DAY)
      }
      return window
    },
  }
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
