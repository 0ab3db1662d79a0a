import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { columns, growing } from '../dialect.ts'

/** Flows and groups by id, so that a bare id finds its number and never one of another project. */
export const graphObjects: Migration = {
  async up(db: Kysely<unknown>) {
    const { integer, text } = columns(db)
    await growing(db, 'graph_objects')
      .addColumn('object_id', text, (c) => c.notNull())
      .addColumn('kind', text, (c) => c.notNull())
      .addColumn('business_account_id', text, (c) => c.notNull())
      .addColumn('phone_number', integer)
      .addColumn('created_at', integer, (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('graph_objects_project_id_object_id')
      .on('graph_objects')
      .columns(['project_id', 'object_id'])
      .unique()
      .execute()
    await db.schema.createIndex('graph_objects_object_id').on('graph_objects').column('object_id').execute()
  },
}
