import { sql } from 'kysely'
import { DAY } from '../lib/clock.ts'
import type { Tx } from './db.ts'
import { type Args, statement } from './statement.ts'

const selectActive = statement((query, arg: Args<{ project_id: number; phone_number: number; contact: number }>) =>
  query
    .selectFrom('conversations')
    .select(['id', 'last_active_at'])
    .where('project_id', '=', arg.project_id)
    .where('phone_number', '=', arg.phone_number)
    .where('contact', '=', arg.contact)
    // Written out, because a partial index is not used for a value that is bound later.
    .where('status', '=', sql.lit('active')),
)

/** One more message in a conversation; `column` is when one last went that way. */
const countInto = (column: 'last_inbound_at' | 'last_outbound_at') =>
  statement((query, arg: Args<{ project_id: number; id: number; message: number; at: number }>) =>
    query
      .updateTable('conversations')
      .set((eb) => ({
        messages_count: eb('messages_count', '+', 1),
        last_message: arg.message,
        last_active_at: arg.at,
        [column]: arg.at,
        updated_at: arg.at,
      }))
      .where('project_id', '=', arg.project_id)
      .where('id', '=', arg.id),
  )

const count = { inbound: countInto('last_inbound_at'), outbound: countInto('last_outbound_at') }

/**
 * Counts a message into the person's active conversation and gives that conversation's row key. After 24 hours
 * without a message the conversation is over and the next message opens another (Kapso rule).
 */
export async function addMessage(
  tx: Tx,
  message: {
    project_id: number
    phone_number: number
    contact: number
    message: number
    direction: 'inbound' | 'outbound'
    at: number
  },
): Promise<number> {
  const { project_id, phone_number, contact, at, direction } = message
  const [active] = await selectActive(tx, { project_id, phone_number, contact })
  if (active && at - active.last_active_at < DAY) {
    await count[direction](tx, { project_id, id: active.id, message: message.message, at })
    return active.id
  }
  if (active) {
    await tx.query
      .updateTable('conversations')
      .set({ status: 'ended', updated_at: at })
      .where('project_id', '=', project_id)
      .where('id', '=', active.id)
      .execute()
  }
  const id = tx.ids.row()
  await tx.query
    .insertInto('conversations')
    .values({
      project_id,
      id,
      uuid: tx.ids.uuid(id),
      phone_number,
      contact,
      status: 'active',
      messages_count: 1,
      last_message: message.message,
      last_active_at: at,
      last_inbound_at: direction === 'inbound' ? at : null,
      last_outbound_at: direction === 'outbound' ? at : null,
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}
