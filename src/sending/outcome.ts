import { isObject, jsonObject } from '../lib/json-object.ts'
import type { GraphAnswer, GraphOutcome } from '../meta/graph.ts'
import { graphErrorCode } from '../meta/graph-error.ts'
import type { Person } from '../store/contacts.ts'

/** What became of a send, judged from Meta's answer alone. */
export type Outcome =
  | { state: 'accepted'; answer: GraphAnswer; wamid: string; person: Person | null }
  /** Meta refused it: nothing was sent. */
  | { state: 'rejected'; answer: GraphAnswer }
  | { state: 'not_sent'; timeout: boolean; reason: string }
  /** Bytes went out and nothing that came back proves anything. `answer`: what came back, if it is Meta's to say. */
  | { state: 'in_doubt'; timeout: boolean; reason: string; answer: GraphAnswer | null; status: number | null }

/** Codes that say nothing about whether the message went out, whatever status they come with. So does any 5xx. */
const PROVES_NOTHING = new Set([1, 2, 131000, 131016])

export function judgeOutcome(outcome: GraphOutcome): Outcome {
  if (outcome.kind === 'not_sent') return { state: 'not_sent', timeout: outcome.timeout, reason: outcome.reason }
  if (outcome.kind === 'lost') return { ...doubt(outcome.reason), timeout: outcome.timeout }

  const { status, body } = outcome
  if (status >= 200 && status < 300) {
    const parsed = jsonObject(body)
    const message = first(parsed?.messages)
    if (typeof message?.id !== 'string' || message.id === '') return doubt('an answer without a message id')
    return { state: 'accepted', answer: outcome, wamid: message.id, person: personOf(first(parsed?.contacts)) }
  }
  const code = graphErrorCode(body)
  if (status < 400 || code === null) {
    return { ...doubt(`status ${status} without an error of Meta's`), status: status >= 500 ? status : null }
  }
  if (status >= 500 || PROVES_NOTHING.has(code)) {
    return { ...doubt('an answer that proves nothing'), answer: outcome, status }
  }
  return { state: 'rejected', answer: outcome }
}

function doubt(reason: string): Extract<Outcome, { state: 'in_doubt' }> {
  return { state: 'in_doubt', timeout: false, reason, answer: null, status: null }
}

/** Whom Meta says the message went to. A group id is nobody's number. */
function personOf(contact: Record<string, unknown> | undefined): Person | null {
  const wa_id = typeof contact?.wa_id === 'string' && /^\d+$/.test(contact.wa_id) ? contact.wa_id : null
  const user_id = typeof contact?.user_id === 'string' ? contact.user_id : null
  return wa_id === null && user_id === null ? null : { wa_id, user_id }
}

function first(value: unknown): Record<string, unknown> | undefined {
  return Array.isArray(value) && isObject(value[0]) ? value[0] : undefined
}
