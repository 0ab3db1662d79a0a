import { badParam } from '../../graph-error.ts'
import { isRecord, type Param } from '../../param.ts'
import { type Account, templatesOf } from '../../state.ts'
import { checkCreation, checkEdit } from '../../templates/check-creation.ts'
import { frameOf, type GraphCall } from '../call.ts'
import { addTemplate, changeTemplate } from './templates.ts'

/** POST /{waba_id}/upsert_message_templates: an authentication template in several languages, new or changed. */
export function upsertTemplates(call: GraphCall, { account }: { account: Account }): unknown {
  const { simulation } = call
  const frame = frameOf(call)
  const category = frame.at('category')
  if (!category.given) throw category.missing(100)
  if (String(category.value).toUpperCase() !== 'AUTHENTICATION') throw category.notOneOf(['AUTHENTICATION'])
  const languages = frame.at('languages').list(100)
  if (languages.length === 0) throw frame.at('languages').missing(100)
  const name = frame.at('name').text({ missing: 100 })
  checkButtons(frame.at('components'))
  const codes = new Set(languages.map((language) => language.text({ missing: 100 })))
  // All of them hold, or none is changed.
  const steps = [...codes].map((language) => {
    const found = templatesOf(simulation.state, account).find((one) => one.name === name && one.language === language)
    if (found) {
      const edited = checkEdit(simulation, found, frame)
      return () => changeTemplate(simulation, found, edited)
    }
    const created = checkCreation(simulation, account, { ...call.body(), language })
    return () => addTemplate(simulation, account, created)
  })
  const templates = steps.map((step) => step())
  return { data: templates.map(({ id, status, language }) => ({ id, status, language })) }
}

/** Meta rule: the texts of the buttons come from Meta, in every language. */
function checkButtons(components: Param): void {
  const buttons = components.list(100).flatMap(({ value }) => (isRecord(value) ? [value.buttons].flat() : []))
  for (const button of buttons.filter(isRecord)) {
    for (const key of ['text', 'autofill_text']) {
      if (button[key] !== undefined) throw badParam(`Param components takes no ${key} here.`)
    }
  }
}
