import { hash } from 'node:crypto'
import type { Context } from '../context.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { giveBack, readKey, takeKey } from '../sending/idempotency-key.ts'
import { releasesKey } from '../sending/key-release.ts'
import { judgeOutcome } from '../sending/outcome.ts'
import { untilStored } from '../sending/until-stored.ts'
import { answerKey } from '../store/commands/idempotency-keys.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import type { ProxyCall } from './call.ts'
import type { FormPart } from './form.ts'

/** Meta's answer to an upload. `replayed`: to an earlier one with the same key and the same form. */
type Uploaded = { answer: GraphAnswer; replayed: boolean }

/**
 * Runs an upload once for each key of the client's. An upload whose answer was lost frees its key: nobody is bothered by
 * a file that Meta has twice (ours).
 * @throws ApiError idempotency_key_reused, idempotency_key_in_use, and whatever `upload` throws
 */
export async function keyedUpload(
  context: Context,
  number: PhoneNumberRow,
  { idempotencyKey, parts }: Pick<ProxyCall, 'idempotencyKey'> & { parts: FormPart[] },
  upload: () => Promise<GraphAnswer>,
): Promise<Uploaded> {
  const key = readKey(idempotencyKey)
  if (key === null) return { answer: await upload(), replayed: false }
  const { project_id, phone_number_id } = number
  const path = `/${phone_number_id}/media`
  const taken = await takeKey(context, { project_id, path, key, fingerprint: fingerprintOfForm(parts) })
  if ('kind' in taken) {
    if (taken.kind === 'send') throw new Error('the key of an upload stands for a send')
    const { http_status: status, answer: body } = taken
    return { answer: { kind: 'answered', status, headers: {}, body: Buffer.from(body) }, replayed: true }
  }
  try {
    const answer = await upload()
    if (isLastWord(answer)) {
      const kept = { ...taken, http_status: answer.status, answer: answer.body }
      await untilStored(
        context,
        () => context.store.write(answerKey, kept),
        'the answer to an upload could not be kept',
      )
    } else {
      await giveBack(context, taken)
    }
    return { answer, replayed: false }
  } catch (error) {
    await giveBack(context, taken)
    throw error
  }
}

/** Whatever boundary the form was written with. */
function fingerprintOfForm(parts: FormPart[]): string {
  const described = parts.map(({ name, filename, contentType, ...part }) => [
    name,
    filename,
    contentType,
    part.kind === 'file' ? part.sha256 : hash('sha256', part.value, 'hex'),
  ])
  return hash('sha256', JSON.stringify(described), 'hex')
}

function isLastWord(answer: GraphAnswer): boolean {
  if (answer.status < 300) return true
  const outcome = judgeOutcome(answer)
  return outcome.state === 'rejected' && !releasesKey(outcome)
}
