import type { Context } from '../context.ts'
import { atMost } from '../lib/clock.ts'
import { rowOfUuid } from '../lib/ids.ts'
import { tellSend } from '../store/commands/end-doubts.ts'
import type { PhoneNumberRow, SendRow } from '../store/tables.ts'
import { type Ended, inDoubt } from './ended.ts'
import { storedOutcome, untilSettled } from './stored-outcome.ts'
import { untilStored } from './until-stored.ts'

/** The sends without a key that this process is at, by what they send, each with how it will end. */
export type Twins = Map<string, Promise<Ended>>

/** How long a send waits for the end of the one that it is identical to. Milliseconds. */
export const TWIN_MS = 10_000

/**
 * Runs a send unless an identical one is under way here: then that one stands for both, when Meta takes it; when it
 * ends with nothing sent, this one runs (ours: clients without a key repeat what they got no answer to).
 * @throws ApiError outcome_in_doubt when nobody knows in time what became of the other one
 */
export async function oneOfTwins(
  context: Context,
  number: Pick<PhoneNumberRow, 'project_id'>,
  what: string,
  run: () => Promise<Ended>,
): Promise<Ended> {
  const { twins, clock } = context
  const until = clock.monotonic() + TWIN_MS
  for (;;) {
    const leader = twins.get(what)
    if (!leader) return lead(twins, what, run)
    const ended = await atMost(
      clock,
      until - clock.monotonic(),
      leader.catch(() => undefined),
    )
    if (ended === null) throw inDoubt(context, null, { status: 409 })
    const twin = { project_id: number.project_id, id: (ended && rowOfUuid(ended.uuid)) ?? 0 }
    if (ended?.outcome.state === 'accepted') {
      await untilStored(
        context,
        () => context.store.write(tellSend, twin),
        'that an outcome was told could not be stored',
      )
      return { ...ended, replayed: true }
    }
    if (ended?.outcome.state === 'in_doubt') {
      const settled = await endOfTwin(context, twin, until - clock.monotonic())
      if (settled) return settled
    }
  }
}

function lead(twins: Twins, what: string, run: () => Promise<Ended>): Promise<Ended> {
  const ended = run().finally(() => twins.delete(what))
  twins.set(what, ended)
  return ended
}

/**
 * Waits for the end of the send that another one is identical to. Null when nothing was sent, so that the other may go.
 * @throws ApiError outcome_in_doubt
 */
export async function endOfTwin(
  context: Context,
  twin: Pick<SendRow, 'project_id' | 'id'>,
  ms: number,
): Promise<Ended | null> {
  const row = await untilSettled(context, twin, ms)
  if (row?.state === 'intent' || row?.state === 'in_doubt') throw inDoubt(context, row, { status: 409 })
  const ended = row && (await storedOutcome(context, row))
  return ended?.outcome.state === 'accepted' ? ended : null
}
