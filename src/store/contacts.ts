import type { Db, Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { ContactRow } from './tables.ts'

/** A person as Meta names one: by phone number, by business-scoped id, or both. */
export type Person = { wa_id: string | null; user_id: string | null }

const selectByWaId = statement((query, arg: Args<{ project_id: number; wa_id: string }>) =>
  query.selectFrom('contacts').selectAll().where('project_id', '=', arg.project_id).where('wa_id', '=', arg.wa_id),
)

const selectByUserId = statement((query, arg: Args<{ project_id: number; user_id: string }>) =>
  query.selectFrom('contacts').selectAll().where('project_id', '=', arg.project_id).where('user_id', '=', arg.user_id),
)

type Known = Pick<ContactRow, 'id' | 'wa_id' | 'user_id' | 'profile_name'>

async function byPerson(db: Db, project_id: number, person: Person): Promise<Known | undefined> {
  const byNumber = person.wa_id === null ? [] : await selectByWaId(db, { project_id, wa_id: person.wa_id })
  if (byNumber[0] || person.user_id === null) return byNumber[0]
  return (await selectByUserId(db, { project_id, user_id: person.user_id }))[0]
}

const insertContact = statement((query, arg: Args<Omit<ContactRow, 'updated_at'>>) =>
  query.insertInto('contacts').values({
    project_id: arg.project_id,
    id: arg.id,
    uuid: arg.uuid,
    wa_id: arg.wa_id,
    user_id: arg.user_id,
    profile_name: arg.profile_name,
    created_at: arg.created_at,
    updated_at: arg.created_at,
  }),
)

/**
 * The row key of a person's contact, which is made when there is none. What Meta now says of the person (a name, the
 * other id) is added to an existing one; a null never takes away what is known.
 */
export async function ensure(
  tx: Tx,
  project_id: number,
  person: Person & { profile_name: string | null },
  at: number,
): Promise<number> {
  const known = await byPerson(tx, project_id, person)
  if (!known) {
    const id = tx.ids.row()
    await insertContact(tx, { project_id, id, uuid: tx.ids.uuid(id), ...person, created_at: at })
    return id
  }
  const wa_id = known.wa_id ?? person.wa_id
  const user_id = known.user_id ?? person.user_id
  const profile_name = person.profile_name ?? known.profile_name
  if (wa_id !== known.wa_id || user_id !== known.user_id || profile_name !== known.profile_name) {
    await tx.query
      .updateTable('contacts')
      .set({ wa_id, user_id, profile_name, updated_at: at })
      .where('project_id', '=', project_id)
      .where('id', '=', known.id)
      .execute()
  }
  return known.id
}

const selectGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .selectFrom(given('contacts', arg.rows))
    .innerJoin('contacts', (join) =>
      join.onRef('contacts.project_id', '=', 'given.project_id').onRef('contacts.wa_id', '=', 'given.wa_id'),
    )
    .select(['contacts.project_id', 'contacts.wa_id', 'contacts.id']),
)

const insertGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .insertInto('contacts')
    .columns(['project_id', 'id', 'uuid', 'wa_id', 'created_at', 'updated_at'])
    .expression(
      query
        .selectFrom(given('contacts', arg.rows))
        .select(['project_id', 'id', 'uuid', 'wa_id', 'created_at', 'created_at as updated_at']),
    ),
)

/**
 * On PostgreSQL: the row keys of the contacts with these phone numbers, all different; in their order. Those that there
 * are none of are made.
 */
export async function ensureMany(tx: Tx, people: Array<{ project_id: number; wa_id: string; at: number }>) {
  const known = await selectGiven(tx, {
    rows: rowsAsText(people.map(({ project_id, wa_id }) => ({ project_id, wa_id }))),
  })
  const keys = new Map(known.map(({ project_id, wa_id, id }) => [`${project_id}:${wa_id}`, id]))
  const made: Array<Omit<ContactRow, 'user_id' | 'profile_name' | 'updated_at'>> = []
  const found = people.map(({ project_id, wa_id, at }) => {
    const id = keys.get(`${project_id}:${wa_id}`)
    if (id !== undefined) return id
    const row = tx.ids.row()
    made.push({ project_id, id: row, uuid: tx.ids.uuid(row), wa_id, created_at: at })
    return row
  })
  if (made.length > 0) await insertGiven(tx, { rows: rowsAsText(made) })
  return found
}
