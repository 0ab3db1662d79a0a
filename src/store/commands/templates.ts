import type { TemplateRow } from '../tables.ts'
import { defineCommand } from '../writer.ts'

/** What Meta said of some templates. */
export const saveTemplates = defineCommand(
  'save-templates',
  async (tx, templates: Array<Omit<TemplateRow, 'id' | 'created_at' | 'updated_at'>>) => {
    for (const template of templates) {
      const id = tx.ids.row()
      const { name, language, category, status, payload } = template
      await tx.query
        .insertInto('templates')
        .values({ ...template, id, created_at: id, updated_at: id })
        .onConflict((conflict) =>
          conflict
            .columns(['project_id', 'template_id'])
            .doUpdateSet({ name, language, category, status, payload, updated_at: id }),
        )
        .execute()
    }
  },
)

/** Forgets templates that Meta has deleted: one by id, or every language of a name. */
export const forgetTemplates = defineCommand(
  'forget-templates',
  async (
    tx,
    which: { project_id: number; business_account_id: string } & ({ template_id: string } | { name: string }),
  ) => {
    const query = tx.query
      .deleteFrom('templates')
      .where('project_id', '=', which.project_id)
      .where('business_account_id', '=', which.business_account_id)
    await ('template_id' in which
      ? query.where('template_id', '=', which.template_id)
      : query.where('name', '=', which.name)
    ).execute()
  },
)
