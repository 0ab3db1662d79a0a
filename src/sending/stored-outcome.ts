import type { Context } from '../context.ts'
import { pause } from '../lib/clock.ts'
import { jsonObject } from '../lib/json-object.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { tellSend } from '../store/commands/end-doubts.ts'
import * as sends from '../store/sends.ts'
import type { SendRow } from '../store/tables.ts'
import type { Ended } from './ended.ts'
import { untilStored } from './until-stored.ts'

/** What became of a send, told to whoever asks with the same request; undefined while nobody knows. */
export async function storedOutcome(context: Context, send: SendRow): Promise<Ended | undefined> {
  const { state, wamid } = send
  const told = { uuid: send.uuid, traceable: send.traceable === 1, replayed: true }
  if (state === 'accepted' && wamid !== null) {
    const { project_id, id } = send
    const failure = 'that an outcome was told could not be stored'
    if (send.owed === 1) await untilStored(context, () => context.store.write(tellSend, { project_id, id }), failure)
    return { ...told, outcome: { state, answer: acceptedAnswer(send, wamid), wamid, person: null } }
  }
  const answer = givenAnswer(send)
  return state === 'rejected' && answer ? { ...told, outcome: { state, answer } } : undefined
}

/** Meta's own answer, or where that was lost what it must have said: the wamid comes from a status. */
function acceptedAnswer(send: SendRow, wamid: string): GraphAnswer {
  const given = givenAnswer(send)
  if (given && given.status < 300) return given
  const { to, recipient, recipient_type } = jsonObject(Buffer.from(send.body)) ?? {}
  const input = String(to ?? recipient ?? '')
  const isUser = to === undefined && recipient_type !== 'group'
  const contact = isUser ? { input, user_id: input } : { input, wa_id: send.recipient ?? input }
  const body = { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id: wamid }] }
  return { kind: 'answered', status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }
}

function givenAnswer({ http_status, answer }: SendRow): GraphAnswer | undefined {
  if (http_status === null || answer === null) return undefined
  return { kind: 'answered', status: http_status, headers: {}, body: Buffer.from(answer) }
}

/** Milliseconds between looks; the first come soon, because most doubts end soon or not at all. */
const LOOKS = [10, 20, 40, 80, 160, 250]

/** Waits for the end of a send that is under way or in doubt, `ms` milliseconds at most, and gives it as it then is. */
export async function untilSettled(
  { clock, store }: Context,
  { project_id, id }: Pick<SendRow, 'project_id' | 'id'>,
  ms: number,
): Promise<SendRow | undefined> {
  const until = clock.monotonic() + ms
  for (let look = 0; ; look += 1) {
    const row = await sends.byId(store.db, project_id, id)
    const open = row?.state === 'intent' || row?.state === 'in_doubt'
    if (!open || clock.monotonic() >= until) return row
    await pause(clock, LOOKS[look] ?? 250)
  }
}
