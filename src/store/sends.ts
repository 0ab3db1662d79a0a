import { rowOfUuid } from '../lib/ids.ts'
import type { Db, Tx } from './db.ts'
import { type Args, statement } from './statement.ts'
import type { SendRow, SendState } from './tables.ts'

const insertIntent = statement(
  (
    query,
    arg: Args<{
      project_id: number
      id: number
      uuid: string
      phone_number: number
      recipient: string | null
      type: string
      body: Uint8Array
      traceable: 0 | 1
    }>,
  ) =>
    query.insertInto('sends').values({
      project_id: arg.project_id,
      id: arg.id,
      uuid: arg.uuid,
      phone_number: arg.phone_number,
      recipient: arg.recipient,
      type: arg.type,
      state: 'intent',
      body: arg.body,
      traceable: arg.traceable,
      created_at: arg.id,
    }),
)

export async function insert(tx: Tx, intent: Parameters<typeof insertIntent>[1]): Promise<void> {
  await insertIntent(tx, intent)
}

const updateSettled = statement(
  (
    query,
    arg: Args<{
      project_id: number
      id: number
      state: SendState
      http_status: number | null
      answer: Uint8Array | null
      wamid: string | null
      at: number
    }>,
  ) =>
    query
      .updateTable('sends')
      .set({
        state: arg.state,
        http_status: arg.http_status,
        answer: arg.answer,
        wamid: arg.wamid,
        settled_at: arg.at,
      })
      .where('project_id', '=', arg.project_id)
      .where('id', '=', arg.id)
      // Accepted is the last word: what a status has proved, a late answer or a second status does not change.
      .where('state', '!=', 'accepted')
      .returning(['phone_number', 'uuid', 'type']),
)

/** Writes the outcome down; undefined when the send was accepted before. */
export async function settle(
  tx: Tx,
  outcome: Parameters<typeof updateSettled>[1],
): Promise<{ phone_number: number; uuid: string; type: string } | undefined> {
  return (await updateSettled(tx, outcome))[0]
}

/** The send with this public id, in a project. */
export async function byUuid(db: Db, project_id: number, uuid: string): Promise<SendRow | undefined> {
  const id = rowOfUuid(uuid)
  if (id === null) return undefined
  const row = await db.query
    .selectFrom('sends')
    .selectAll()
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.uuid === uuid ? row : undefined
}
