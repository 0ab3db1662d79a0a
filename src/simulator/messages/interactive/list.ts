import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { defineInteractive } from '../define.ts'
import { checkCount, checkTrimmed, checkUnique } from './shared-rules.ts'

const ROWS_LIMIT = 10

export const list = defineInteractive({
  type: 'list',
  headers: ['text'],
  body: { max: 4096, required: true },
  footer: true,
  action(action) {
    action.object(['button', 'sections'])
    checkTrimmed('Button text', action.at('button').text({ max: 20, invalid: 'Button text' }))
    const sections = action.at('sections').list()
    checkCount('sections', sections.length, 1, 10)
    const rows = sections.flatMap((section) => checkSection(section, sections.length > 1))
    if (rows.length > ROWS_LIMIT) {
      throw messagingError(131009, `Total row count exceed max allowed count: ${ROWS_LIMIT}`)
    }
    const ids = rows.map((row) => checkRow(row))
    checkUnique('Row id', ids)
  },
})

function checkSection(section: Param, titleRequired: boolean): Param[] {
  section.object(['title', 'rows'])
  const title = section.at('title')
  if (titleRequired) title.text({ max: 24, invalid: 'Section title' })
  else title.optionalText({ max: 24, invalid: 'Section title' })
  const rows = section.at('rows').list()
  if (rows.length === 0) throw messagingError(131009, 'Invalid rows count. Min allowed rows: 1')
  return rows
}

function checkRow(row: Param): string {
  row.object(['id', 'title', 'description'])
  const id = row.at('id').text({ max: 200, invalid: 'Row id' })
  const title = row.at('title').text()
  if (row.lengthOf(title) > 24) throw messagingError(131009, 'Row title is too long. Max length is 24')
  const description = row.at('description').optionalText()
  if (description !== undefined && row.lengthOf(description) > 72) {
    throw messagingError(131009, 'Row description is too long. Max length is 72')
  }
  return id
}
