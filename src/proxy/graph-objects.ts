import type { Context } from '../context.ts'
import { isObject, jsonObject, objects } from '../lib/json-object.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { saveGraphObjects } from '../store/commands/graph-objects.ts'
import type { GraphObjectRow, PhoneNumberRow } from '../store/tables.ts'

/** What an answer that went well tells of: the id of one thing, or the objects of a list. */
export function objectsIn(answer: GraphAnswer): { id: unknown; data: Array<Record<string, unknown>> } {
  const body = answer.status === 200 ? jsonObject(answer.body) : undefined
  const list = isObject(body?.data) ? Object.values(body.data)[0] : body?.data
  return { id: body?.id, data: objects(list) }
}

/** Ids that Meta has shown to a project: a bare id then finds its number; no answer fails for it. */
export async function rememberObjects(
  { store, log }: Context,
  number: PhoneNumberRow,
  kind: GraphObjectRow['kind'],
  ids: unknown[],
): Promise<void> {
  const { project_id, business_account_id } = number
  const phone_number = kind === 'group' ? number.id : null
  const seen = ids.filter((id) => typeof id === 'string')
  if (seen.length === 0) return
  await store
    .write(
      saveGraphObjects,
      seen.map((object_id) => ({ project_id, object_id, kind, business_account_id, phone_number })),
    )
    .catch((error) => log.error({ err: error }, `ids of ${kind}s could not be recorded`))
}
