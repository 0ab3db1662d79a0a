import { sql } from 'kysely'
import { DAY } from '../lib/clock.ts'
import type { Tx } from './db.ts'
import { given, rowsAsText } from './dialect.ts'
import { type Args, statement } from './statement.ts'
import type { ConversationRow } from './tables.ts'

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

const insertConversation = statement((query, arg: Args<ConversationRow>) =>
  query.insertInto('conversations').values({
    project_id: arg.project_id,
    id: arg.id,
    uuid: arg.uuid,
    phone_number: arg.phone_number,
    contact: arg.contact,
    status: arg.status,
    messages_count: arg.messages_count,
    last_message: arg.last_message,
    last_active_at: arg.last_active_at,
    last_inbound_at: arg.last_inbound_at,
    last_outbound_at: arg.last_outbound_at,
    created_at: arg.created_at,
    updated_at: arg.updated_at,
  }),
)

/** A conversation that this message opens. */
function opened(tx: Tx, { project_id, phone_number, contact, message, direction, at }: Counted): ConversationRow {
  const id = tx.ids.row()
  return {
    project_id,
    id,
    uuid: tx.ids.uuid(id),
    phone_number,
    contact,
    status: 'active',
    messages_count: 1,
    last_message: message,
    last_active_at: at,
    last_inbound_at: direction === 'inbound' ? at : null,
    last_outbound_at: direction === 'outbound' ? at : null,
    created_at: at,
    updated_at: at,
  }
}

type Counted = {
  project_id: number
  phone_number: number
  contact: number
  message: number
  direction: 'inbound' | 'outbound'
  at: number
}

/**
 * Counts a message into the person's active conversation and gives that conversation's row key. After 24 hours
 * without a message the conversation is over and the next message opens another (Kapso rule).
 */
export async function addMessage(tx: Tx, message: Counted): Promise<number> {
  const { project_id, phone_number, contact, at, direction } = message
  const [active] = await selectActive(tx, { project_id, phone_number, contact })
  if (active && at - active.last_active_at < DAY) {
    await count[direction](tx, { project_id, id: active.id, message: message.message, at })
    return active.id
  }
  if (active) await end(tx, { project_id, id: active.id, at })
  const conversation = opened(tx, message)
  await insertConversation(tx, conversation)
  return conversation.id
}

const end = (tx: Tx, { project_id, id, at }: { project_id: number; id: number; at: number }) =>
  tx.query
    .updateTable('conversations')
    .set({ status: 'ended', updated_at: at })
    .where('project_id', '=', project_id)
    .where('id', '=', id)
    .execute()

const selectGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .selectFrom(given('conversations', arg.rows))
    .innerJoin('conversations as active', (join) =>
      join
        .onRef('active.project_id', '=', 'given.project_id')
        .onRef('active.phone_number', '=', 'given.phone_number')
        .onRef('active.contact', '=', 'given.contact')
        .on('active.status', '=', sql.lit('active')),
    )
    .select(['active.project_id', 'active.phone_number', 'active.contact', 'active.id', 'active.last_active_at']),
)

const countGiven = statement((query, arg: Args<{ rows: string }>) =>
  query
    .updateTable('conversations')
    .from(given('conversations', arg.rows))
    .set((eb) => ({
      messages_count: eb('conversations.messages_count', '+', 1),
      last_message: eb.ref('given.last_message'),
      last_active_at: eb.ref('given.last_active_at'),
      last_outbound_at: eb.ref('given.last_active_at'),
      updated_at: eb.ref('given.last_active_at'),
    }))
    .whereRef('conversations.project_id', '=', 'given.project_id')
    .whereRef('conversations.id', '=', 'given.id'),
)

const insertGiven = statement((query, arg: Args<{ rows: string }>) =>
  query.insertInto('conversations').expression(query.selectFrom(given('conversations', arg.rows)).selectAll()),
)

type Pair = { project_id: number; phone_number: number; contact: number }

const nameOf = ({ project_id, phone_number, contact }: Pair) => `${project_id}:${phone_number}:${contact}`

/** On PostgreSQL: as `addMessage` for outbound messages, each of another conversation; the row keys in their order. */
export async function addOutboundMany(tx: Tx, messages: Array<Omit<Counted, 'direction'>>): Promise<number[]> {
  const pairs = messages.map(({ project_id, phone_number, contact }) => ({ project_id, phone_number, contact }))
  const found = await selectGiven(tx, { rows: rowsAsText(pairs) })
  const active = new Map(found.map((row) => [nameOf(row), row]))
  const counted: Array<Pick<ConversationRow, 'project_id' | 'id' | 'last_message' | 'last_active_at'>> = []
  const made: ConversationRow[] = []
  const ids: number[] = []
  for (const message of messages) {
    const { project_id, at } = message
    const row = active.get(nameOf(message))
    if (row && at - row.last_active_at < DAY) {
      counted.push({ project_id, id: row.id, last_message: message.message, last_active_at: at })
      ids.push(row.id)
      continue
    }
    if (row) await end(tx, { project_id, id: row.id, at })
    const conversation = opened(tx, { ...message, direction: 'outbound' })
    made.push(conversation)
    ids.push(conversation.id)
  }
  await Promise.all([
    counted.length > 0 && countGiven(tx, { rows: rowsAsText(counted) }),
    made.length > 0 && insertGiven(tx, { rows: rowsAsText(made) }),
  ])
  return ids
}
