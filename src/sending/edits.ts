import { type JsonMember, jsonMembers } from '../lib/json-members.ts'

/**
 * Every change that Fairlead makes to the body of a send on its way up. Each is made by cutting the client's bytes:
 * what is not named here goes to Meta as it came.
 *
 * 1. Our send id goes into `biz_opaque_callback_data`, before what the client has there (ours).
 * 2. `messaging_account_id` and `paid_messaging_account_id` are Kapso's and are taken out (Kapso rule).
 * 3. A reaction without `emoji` gets an empty one, which is how Meta is told to remove a reaction (Kapso rule).
 */

/** The member that comes back with every status of a message (Meta rule), and how much it holds. Code points. */
const CALLBACK_DATA = 'biz_opaque_callback_data'
const CALLBACK_DATA_LIMIT = 512

const KAPSO_ONLY = new Set(['messaging_account_id', 'paid_messaging_account_id'])

const PREFIX = 'fl1.'
const OURS = /^fl1\.([0-9a-f]{32})(?::([\s\S]*))?$/

/** The value that goes up: our id, then the client's own. */
function callbackData(uuid: string, own: string | null): string {
  return `${PREFIX}${uuid.replaceAll('-', '')}${own === null ? '' : `:${own}`}`
}

/** Takes a value from a status apart: our send's public id, or null, and what the client had given, or null. */
export function readCallbackData(value: unknown): { send: string | null; own: string | null } {
  if (typeof value !== 'string') return { send: null, own: null }
  const ours = OURS.exec(value)
  if (!ours) return { send: null, own: value }
  const hex = ours[1] ?? ''
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
  return { send: uuid, own: ours[2] ?? null }
}

/** Whether our id fits beside what the client has there. If not, the message goes up without it. */
export function isTraceable(own: unknown): boolean {
  if (own === undefined || own === null) return true
  if (typeof own !== 'string') return false
  return [...callbackData('00000000-0000-0000-0000-000000000000', own)].length <= CALLBACK_DATA_LIMIT
}

/**
 * The bytes that go to Meta. `members` are those of `body`. `trace`: our send's public id and the client's own callback
 * data; null when our id does not go up.
 */
export function editBody(body: Buffer, members: JsonMember[], trace: { uuid: string; own: unknown } | null): Buffer {
  let edited = body
  let places = members
  for (const edit of [withEmoji, withoutKapsoMembers]) {
    const next = edit(edited, places)
    if (next !== edited) places = jsonMembers(next)
    edited = next
  }
  if (trace === null) return edited
  const own = typeof trace.own === 'string' ? trace.own : null
  const value = Buffer.from(JSON.stringify(callbackData(trace.uuid, own)))
  const present = places.find((member) => member.key === CALLBACK_DATA)
  if (present) return splice(edited, present.valueStart, present.valueEnd, value)
  const [first] = places
  const at = first ? first.start : edited.indexOf('{') + 1
  return splice(edited, at, at, Buffer.from(`"${CALLBACK_DATA}":${value}${first ? ',' : ''}`))
}

/** `body` with the bytes between two places replaced. */
const splice = (body: Buffer, from: number, to: number, bytes: Buffer) =>
  Buffer.concat([body.subarray(0, from), bytes, body.subarray(to)])

function withEmoji(body: Buffer, members: JsonMember[]): Buffer {
  const reaction = members.find((member) => member.key === 'reaction')
  if (!reaction || body[reaction.valueStart] !== 0x7b) return body
  const inner = jsonMembers(body.subarray(reaction.valueStart, reaction.valueEnd))
  const last = inner.at(-1)
  if (!last || inner.some((member) => member.key === 'emoji')) return body
  const at = reaction.valueStart + last.valueEnd
  return splice(body, at, at, Buffer.from(',"emoji":""'))
}

function withoutKapsoMembers(body: Buffer, members: JsonMember[]): Buffer {
  return members.some((member) => KAPSO_ONLY.has(member.key)) ? withoutMembers(body, members, KAPSO_ONLY) : body
}

function withoutMembers(body: Buffer, members: JsonMember[], unwanted: ReadonlySet<string>): Buffer {
  const kept = members.filter((member) => !unwanted.has(member.key))
  const texts = kept.map((member) => body.subarray(member.start, member.valueEnd))
  const pieces = texts.flatMap((text, index) => (index === 0 ? [text] : [Buffer.from(','), text]))
  return Buffer.concat([Buffer.from('{'), ...pieces, Buffer.from('}')])
}
