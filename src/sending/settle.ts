import type { Context } from '../context.ts'
import { type Settlement, settleSend } from '../store/commands/settle-send.ts'
import { releasesKey } from './key-release.ts'
import type { Outcome } from './outcome.ts'
import { untilStored } from './until-stored.ts'

/**
 * Writes down what became of a send. Once Meta has answered, nothing of ours may turn that into an error. `gone`: there
 * is nobody any more who could be told.
 */
export async function settle(
  context: Context,
  { project_id, id, uuid }: { project_id: number; id: number; uuid: string },
  outcome: Outcome,
  { gone = false } = {},
): Promise<void> {
  const answer = 'answer' in outcome ? outcome.answer : null
  const settlement: Settlement = {
    project_id,
    id,
    state: outcome.state,
    http_status: answer?.status ?? null,
    answer: answer?.body ?? null,
    accepted: outcome.state === 'accepted' ? { wamid: outcome.wamid, person: outcome.person } : null,
    resolution: null,
    owed: outcome.state === 'in_doubt' || (outcome.state === 'accepted' && gone) ? 1 : 0,
    release: releasesKey(outcome),
  }
  context.metrics.sendSettled(outcome.state)
  const failure = 'the result of a send could not be stored'
  await untilStored(context, () => context.store.write(settleSend, settlement), failure, { send: uuid })
  if (outcome.state === 'in_doubt' || outcome.state === 'not_sent') {
    const { state, reason } = outcome
    context.log.warn({ send: uuid, state, reason }, 'a send has no answer from Meta')
  }
}
