import * as doubts from '../doubts.ts'
import * as keys from '../idempotency-keys.ts'
import type { SendRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'
import { intend } from './commit-intent.ts'

/**
 * Sends that nobody is at any more are in doubt; those that were in doubt for too long are unresolved. Gives how many
 * of the former, and which of the latter.
 */
export const endDoubts = defineCommand('end-doubts', async (tx, limits: doubts.Limits) => {
  const doubted = await doubts.strandedToDoubt(tx, limits)
  const unresolved = await doubts.doubtToUnresolved(tx, limits)
  await doubts.forgetOwed(tx, limits)
  return { doubted, unresolved }
})

type Doubtful = Pick<SendRow, 'project_id' | 'id'>

/** The client has been told what became of a send. */
export const tellSend = defineCommand('tell-send', async (tx, send: Doubtful) => doubts.tell(tx, send))

/** Somebody decides that a send in doubt is not to be waited for. False when it is not in doubt any more. */
export const abandonSend = defineCommand('abandon-send', async (tx, { project_id, id }: Doubtful) => {
  return (await doubts.decide(tx, { project_id, id, resolution: 'abandon' })) !== undefined
})

/** A send to the same recipient is in flight, so nothing was written. */
export class RecipientBusy extends Error {
  override name = 'RecipientBusy'
}

/**
 * Somebody decides that a send in doubt goes out again: the doubt ends, and a new intent takes its place, also under the
 * client's key. Gives the send as it was decided on; null when it is not in doubt any more.
 * @throws RecipientBusy
 */
export const resendSend = defineCommand('resend-send', async (tx, { again, project_id, ...of }: Resend) => {
  const old = await doubts.decide(tx, { project_id, id: of.id, resolution: 'resend' })
  if (!old) return null
  const { phone_number, recipient, type, version, edge, body, fingerprint, idempotency_key } = old
  const copied = { phone_number, recipient, type, version, edge, body, fingerprint, idempotency_key }
  const intent = await intend(tx, {
    ...copied,
    ...again,
    project_id,
    claim: null,
    resend_of: old.id,
    twins_within: null,
  })
  if (intent.kind !== 'committed') throw new RecipientBusy('Another send to this recipient is in flight.')
  if (idempotency_key !== null)
    await keys.handOver(tx, { project_id, key: idempotency_key }, { from: old.id, to: again.id })
  return old
})

type Resend = Doubtful & { again: { id: number; uuid: string; traceable: 0 | 1 } }
