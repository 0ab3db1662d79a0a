/** Whom a send is for, as far as a reader of the body can tell. */
export type Recipient =
  | { kind: 'phone'; digits: string }
  | { kind: 'user'; user_id: string }
  | { kind: 'group'; group_id: string }

const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/

/** Reads `to`, `recipient` and `recipient_type` as Meta does: `to` wins. Null when nobody can be made out. */
export function readRecipient(body: Record<string, unknown>): Recipient | null {
  const { to, recipient, recipient_type } = body
  const named = to ?? recipient
  const text = typeof named === 'number' ? String(named) : named
  if (typeof text !== 'string' || text === '') return null
  if (recipient_type === 'group') return { kind: 'group', group_id: text }
  if (USER_ID.test(text)) return { kind: 'user', user_id: text }
  const digits = text.replace(/\D/g, '')
  return digits === '' ? null : { kind: 'phone', digits }
}

/** One string for one recipient, whatever way it was written. */
export function recipientKey(recipient: Recipient): string {
  if (recipient.kind === 'phone') return recipient.digits
  return recipient.kind === 'user' ? recipient.user_id : recipient.group_id
}

/**
 * The spellings under which WhatsApp may know a phone number: Brazil's ninth digit, Mexico's and Argentina's mobile
 * digit come and go between what people type and the `wa_id` of their messages (Meta rule).
 */
export function waIdSpellings(digits: string): [string, ...string[]] {
  const brazil = /^55(\d\d)9?(\d{8})$/.exec(digits)
  if (brazil) return [digits, digits.length === 13 ? `55${brazil[1]}${brazil[2]}` : `55${brazil[1]}9${brazil[2]}`]
  const mexico = /^52(1?)(\d{10})$/.exec(digits)
  if (mexico) return [digits, mexico[1] ? `52${mexico[2]}` : `521${mexico[2]}`]
  const argentina = /^54(9?)(\d{10})$/.exec(digits)
  if (argentina) return [digits, argentina[1] ? `54${argentina[2]}` : `549${argentina[2]}`]
  return [digits]
}
