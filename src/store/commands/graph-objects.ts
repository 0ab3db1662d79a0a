import type { GraphObjectRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** Flows or groups that Meta has shown to a project. */
export const saveGraphObjects = defineCommand(
  'save-graph-objects',
  async (tx, objects: Array<Omit<GraphObjectRow, 'id' | 'created_at'>>) => {
    for (const object of objects) {
      const id = tx.ids.row()
      await tx.query
        .insertInto('graph_objects')
        .values({ ...object, id, created_at: id })
        .onConflict((conflict) => conflict.columns(['project_id', 'object_id']).doNothing())
        .execute()
    }
  },
)

/** Forgets one that Meta has deleted. */
export const forgetGraphObject = defineCommand(
  'forget-graph-object',
  async (tx, { project_id, object_id }: { project_id: number; object_id: string }) => {
    await tx.query
      .deleteFrom('graph_objects')
      .where('project_id', '=', project_id)
      .where('object_id', '=', object_id)
      .execute()
  },
)
