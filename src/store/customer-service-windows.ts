import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely'
import type { Db, Tx } from './db.ts'
import { type Args, statement } from './statement.ts'
import type { Tables } from './tables.ts'

const upsert = statement(
  (query, arg: Args<{ project_id: number; phone_number: number; contact: number; at: number }>) =>
    query
      .insertInto('customer_service_windows')
      .values({
        project_id: arg.project_id,
        phone_number: arg.phone_number,
        contact: arg.contact,
        last_inbound_at: arg.at,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['project_id', 'phone_number', 'contact'])
          .doUpdateSet({ last_inbound_at: arg.at })
          // Meta may deliver an older message after a newer one.
          .where('customer_service_windows.last_inbound_at', '<', arg.at),
      ),
)

/** Notes that a person wrote to a number. `at`: the message's own time, microseconds. */
export async function open(
  tx: Tx,
  window: { project_id: number; phone_number: number; contact: number; at: number },
): Promise<void> {
  await upsert(tx, window)
}

/** The windows between a number and whoever `whose` picks out of the project's contacts. */
function windowsWith(
  query: Kysely<Tables>,
  arg: Args<{ project_id: number; phone_number: number }>,
  whose: (eb: ExpressionBuilder<Tables, 'contacts'>) => Expression<SqlBool>,
) {
  return query
    .selectFrom('contacts')
    .where(whose)
    .where('contacts.project_id', '=', arg.project_id)
    .innerJoin('customer_service_windows as window', (join) =>
      join
        .onRef('window.project_id', '=', 'contacts.project_id')
        .onRef('window.contact', '=', 'contacts.id')
        .on('window.phone_number', '=', arg.phone_number),
    )
    .select('window.last_inbound_at')
}

const selectLast = statement(
  (query, arg: Args<{ project_id: number; phone_number: number; first: string; second: string }>) =>
    windowsWith(query, arg, (eb) => eb('contacts.wa_id', 'in', [arg.first, arg.second])),
)

const selectLastOfUser = statement((query, arg: Args<{ project_id: number; phone_number: number; user_id: string }>) =>
  windowsWith(query, arg, (eb) => eb('contacts.user_id', '=', arg.user_id)),
)

/**
 * When the person last wrote to the number (microseconds), or null if never. `recipient` holds the spellings that one
 * person's phone number may have, or a business-scoped user id.
 */
export async function lastInboundAt(
  db: Db,
  number: { project_id: number; id: number },
  recipient: { wa_ids: readonly [string, ...string[]] } | { user_id: string },
): Promise<number | null> {
  const scope = { project_id: number.project_id, phone_number: number.id }
  const rows =
    'user_id' in recipient
      ? await selectLastOfUser(db, { ...scope, user_id: recipient.user_id })
      : await selectLast(db, {
          ...scope,
          first: recipient.wa_ids[0],
          second: recipient.wa_ids[1] ?? recipient.wa_ids[0],
        })
  return rows.length === 0 ? null : Math.max(...rows.map((row) => row.last_inbound_at))
}
