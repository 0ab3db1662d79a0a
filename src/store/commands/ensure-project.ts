import { defineCommand } from '../writer.ts'

/** The project with this name, made when there is none. */
export const ensureProject = defineCommand('ensure-project', async (tx, { name }: { name: string }) => {
  const existing = await tx.query.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst()
  if (existing) return existing
  const id = tx.ids.row()
  const project = { id, uuid: tx.ids.uuid(id), name, created_at: id }
  await tx.query.insertInto('projects').values(project).execute()
  return project
})
