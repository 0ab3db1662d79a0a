import { sql } from 'kysely'
import { SECOND } from '../lib/clock.ts'
import type { Db } from './db.ts'
import { DOUBTFUL, isUndecided } from './doubts.ts'

/** How much there is of something, and how old the oldest is: 0 when there is none. */
type Waiting = { count: number; oldestSeconds: number }

/** What is still to be decided or understood. */
export type Backlog = { sends: Array<Waiting & { state: (typeof UNDECIDED)[number] }>; webhooks: Waiting }

/** States in which nobody knows what became of a send, the last one for good. */
const UNDECIDED = ['intent', 'in_doubt', 'unresolved'] as const

/** Read from partial indexes, so that it costs what is waiting and not what is stored. `now`: microseconds. */
export async function backlog(db: Db, now: number): Promise<Backlog> {
  // Row keys are the times at which rows were made.
  const waiting = (row: { count: number; oldest: number | null } | undefined): Waiting => ({
    count: Number(row?.count ?? 0),
    oldestSeconds: row?.oldest ? Math.max(0, now - Number(row.oldest)) / SECOND : 0,
  })
  const [sends, webhooks] = await Promise.all([
    Promise.all(
      UNDECIDED.map(async (state) => {
        const row = await db.query
          .selectFrom('sends')
          .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('id').as('oldest')])
          // What the partial indexes are made of, so that they are used.
          .$if(state === 'intent', (query) => query.where('owed', '=', sql.lit<0 | 1>(1)))
          .$if(state !== 'intent', (query) => query.where('state', 'in', DOUBTFUL).where(isUndecided))
          .where('state', '=', sql.lit(state))
          .executeTakeFirst()
        return { state, ...waiting(row) }
      }),
    ),
    db.query
      .selectFrom('raw_webhooks')
      .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('id').as('oldest')])
      .where('state', '=', sql.lit('stored'))
      .executeTakeFirst(),
  ])
  return { sends, webhooks: waiting(webhooks) }
}
