import type { Db, Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { MessageRow } from './tables.ts'
import { wamidHash } from './wamid-hash.ts'

type Key = { project_id: number; phone_number: number }

const claimHash = statement((query, arg: Args<Key & { hash: number; message: number }>) =>
  query
    .insertInto('message_ids')
    .values({ project_id: arg.project_id, phone_number: arg.phone_number, hash: arg.hash, message: arg.message })
    .onConflict((conflict) => conflict.columns(['project_id', 'phone_number', 'hash']).doNothing())
    .returning('message'),
)

const selectByHash = statement((query, arg: Args<Key & { hash: number }>) =>
  query
    .selectFrom('message_ids')
    .innerJoin('messages', (join) =>
      join.onRef('messages.project_id', '=', 'message_ids.project_id').onRef('messages.id', '=', 'message_ids.message'),
    )
    .selectAll('messages')
    .where('message_ids.project_id', '=', arg.project_id)
    .where('message_ids.phone_number', '=', arg.phone_number)
    .where('message_ids.hash', '=', arg.hash),
)

/** The message with this wamid, sent or received by the number. */
export async function byWamid(db: Db, key: Key, wamid: string): Promise<MessageRow | undefined> {
  for (let hash = wamidHash(wamid); ; hash += 1) {
    const [row] = await selectByHash(db, { ...key, hash })
    // Two wamids with one hash sit in neighbouring places.
    if (!row || row.wamid === wamid) return row
  }
}

const insertRow = statement((query, arg: Args<MessageRow>) =>
  query.insertInto('messages').values({
    project_id: arg.project_id,
    id: arg.id,
    uuid: arg.uuid,
    phone_number: arg.phone_number,
    conversation: arg.conversation,
    contact: arg.contact,
    wamid: arg.wamid,
    direction: arg.direction,
    type: arg.type,
    status: arg.status,
    timestamp: arg.timestamp,
    payload: arg.payload,
    created_at: arg.created_at,
  }),
)

/** Takes a place for a wamid and gives its hash; null when the number knows the wamid already. */
async function claimPlace(tx: Tx, key: Key, wamid: string, message: number): Promise<number | null> {
  for (let hash = wamidHash(wamid); ; hash += 1) {
    const claimed = await claimHash(tx, { ...key, hash, message })
    if (claimed.length > 0) return hash
    const [holder] = await selectByHash(tx, { ...key, hash })
    if (!holder || holder.wamid === wamid) return null
  }
}

/** Reserves a wamid for the message with this row key. False when the number knows the wamid already. */
export async function claimWamid(tx: Tx, key: Key, wamid: string, message: number): Promise<boolean> {
  return (await claimPlace(tx, key, wamid, message)) !== null
}

/** Stands for no message: row keys are times. */
const NOBODY = 0

/**
 * The message with this wamid, also when another process is making it known at this very moment. Until the transaction
 * ends nobody makes it known: whoever does so afterwards finds what was left for the message. What is waited on is the
 * unique key of the wamid, which both have to take; it is given back at once.
 */
export async function byWamidAtLast(tx: Tx, key: Key, wamid: string): Promise<MessageRow | undefined> {
  const hash = await claimPlace(tx, key, wamid, NOBODY)
  if (hash === null) return byWamid(tx, key, wamid)
  await tx.query
    .deleteFrom('message_ids')
    .where('project_id', '=', key.project_id)
    .where('phone_number', '=', key.phone_number)
    .where('hash', '=', hash)
    .execute()
  return undefined
}

export async function insert(tx: Tx, row: MessageRow): Promise<void> {
  await insertRow(tx, row)
}

const claimGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .insertInto('message_ids')
    .columns(['project_id', 'phone_number', 'hash', 'message'])
    .expression(
      query.selectFrom(given('message_ids', arg.rows)).select(['project_id', 'phone_number', 'hash', 'message']),
    )
    .onConflict((conflict) => conflict.columns(['project_id', 'phone_number', 'hash']).doNothing())
    .returning('message'),
)

/**
 * On PostgreSQL: as `claimWamid`, all with one statement. Gives the row keys of those messages whose wamid was not known
 * and lies alone in its place; the others are to be claimed one by one.
 */
export async function claimWamids(tx: Tx, messages: Array<Key & { wamid: string; id: number }>): Promise<Set<number>> {
  const rows = messages.map(({ project_id, phone_number, wamid, id }) => {
    return { project_id, phone_number, hash: wamidHash(wamid), message: id }
  })
  const claimed = await claimGiven(tx, { rows: rowsAsText(rows) })
  return new Set(claimed.map(({ message }) => message))
}

const insertGiven = statement((query, arg: Args<{ rows: string }>) =>
  query.insertInto('messages').expression(query.selectFrom(given('messages', arg.rows)).selectAll()),
)

/** On PostgreSQL: as `insert`, all with one statement. */
export async function insertMany(tx: Tx, rows: MessageRow[]): Promise<void> {
  await insertGiven(tx, { rows: rowsAsText(rows) })
}
