import type { Tx } from './db.ts'
import { type Args, statement } from './statement.ts'
import type { IdempotencyKeyRow } from './tables.ts'

type Key = Pick<IdempotencyKeyRow, 'project_id' | 'key'>

const insertClaim = statement((query, arg: Args<Key & { claim: number; fingerprint: string }>) =>
  query
    .insertInto('idempotency_keys')
    .values({ project_id: arg.project_id, key: arg.key, claim: arg.claim, fingerprint: arg.fingerprint })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .returning('claim'),
)

/** Takes a key that nobody has. */
export async function claim(tx: Tx, row: Parameters<typeof insertClaim>[1]): Promise<boolean> {
  return (await insertClaim(tx, row)).length > 0
}

const selectKey = statement((query, arg: Args<Key>) =>
  query.selectFrom('idempotency_keys').selectAll().where('project_id', '=', arg.project_id).where('key', '=', arg.key),
)

export async function byKey(tx: Tx, key: Key): Promise<IdempotencyKeyRow | undefined> {
  return (await selectKey(tx, key))[0]
}

const updateSend = statement((query, arg: Args<Key & { claim: number; send: number }>) =>
  query
    .updateTable('idempotency_keys')
    .set({ send: arg.send })
    .where('project_id', '=', arg.project_id)
    .where('key', '=', arg.key)
    .where('claim', '=', arg.claim)
    .where('send', 'is', null)
    .returning('claim'),
)

/** Says which send a claimed key is for. False when the claim is somebody else's by now. */
export async function begin(tx: Tx, row: Parameters<typeof updateSend>[1]): Promise<boolean> {
  return (await updateSend(tx, row)).length > 0
}

/** Takes back what `begin` said: the claim waits again. */
export async function withdraw(tx: Tx, { project_id, key, claim }: Key & { claim: number }): Promise<void> {
  await tx.query
    .updateTable('idempotency_keys')
    .set({ send: null })
    .where('project_id', '=', project_id)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .execute()
}

/** Gives a claim back that came to nothing. What has begun to send keeps its key. */
export async function release(tx: Tx, { project_id, key, claim }: Key & { claim: number }): Promise<void> {
  await tx.query
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', project_id)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .where('send', 'is', null)
    .execute()
}

/** Forgets a key, whatever it stands for. */
export async function forget(tx: Tx, { project_id, key, claim }: Key & { claim: number }): Promise<void> {
  await tx.query
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', project_id)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .execute()
}

const deleteOfSend = statement((query, arg: Args<Key & { send: number }>) =>
  query
    .deleteFrom('idempotency_keys')
    .where('project_id', '=', arg.project_id)
    .where('key', '=', arg.key)
    .where('send', '=', arg.send),
)

/** Lets go of a send's key, so that the next request with it is a new one. */
export async function releaseOfSend(tx: Tx, row: Parameters<typeof deleteOfSend>[1]): Promise<void> {
  await deleteOfSend(tx, row)
}

/** From now on the key stands for another send. */
export async function handOver(tx: Tx, { project_id, key }: Key, { from, to }: { from: number; to: number }) {
  await tx.query
    .updateTable('idempotency_keys')
    .set({ send: to })
    .where('project_id', '=', project_id)
    .where('key', '=', key)
    .where('send', '=', from)
    .execute()
}

/** Keeps the answer of what has no send. */
export async function answer(
  tx: Tx,
  { project_id, key, claim, ...set }: Key & { claim: number; http_status: number; answer: Uint8Array },
): Promise<void> {
  await tx.query
    .updateTable('idempotency_keys')
    .set(set)
    .where('project_id', '=', project_id)
    .where('key', '=', key)
    .where('claim', '=', claim)
    .execute()
}
