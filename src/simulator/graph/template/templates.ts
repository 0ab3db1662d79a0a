import { DAY } from '../../../lib/clock.ts'
import { badParam, GraphError } from '../../graph-error.ts'
import { Param } from '../../param.ts'
import { countIn } from '../../rates/buckets.ts'
import { type Simulation, seconds } from '../../simulation.ts'
import { type Account, known, type Template, templatesOf } from '../../state.ts'
import { checkCreation, checkEdit, type NewTemplate, templateLimit } from '../../templates/check-creation.ts'
import { tooManyTemplates } from '../../templates/creation-errors.ts'
import { endDeletion, startDeletion } from '../../templates/deletion.ts'
import { unpause } from '../../templates/quality.ts'
import { startReview } from '../../templates/review.ts'
import { untried } from '../../templates/untried.ts'
import { type GraphCall, parametersOf } from '../call.ts'
import { type Node, selectFields } from '../fields.ts'
import { graphTime } from '../graph-time.ts'
import { healthOf, worstOf } from '../health.ts'
import { pageOf } from '../page.ts'
import { checkHeaderHandles } from './header-handles.ts'

/** Meta rule: how long a deleted name cannot be used. */
const NAME_BLOCKED = 30 * DAY
const HOUR_MS = 3_600_000

/** POST /{waba_id}/message_templates */
export function createTemplate(call: GraphCall, { account }: { account: Account }): unknown {
  const created = checkCreation(call.simulation, account, call.body())
  const { id, status, category } = addTemplate(call.simulation, account, created)
  return { id, status, category }
}

/** A template that passed the checks of its creation goes to review. */
export function addTemplate(simulation: Simulation, account: Account, created: NewTemplate): Template {
  const now = simulation.now()
  checkHeaderHandles(simulation.state, created.components)
  const { template_creations_per_hour } = simulation.settings.limits
  const count = countIn(simulation.state, `template creations ${account.id}`, HOUR_MS, now)
  if (template_creations_per_hour !== null && count > template_creations_per_hour) {
    throw tooManyTemplates(`${template_creations_per_hour} templates an hour`)
  }
  const template: Template = {
    ...created,
    id: simulation.ids.object(),
    account_id: account.id,
    status: 'PENDING',
    ...untried(now),
  }
  simulation.state.templates.set(template.id, template)
  startReview(simulation, template)
  return template
}

/** POST /{template_id} */
export function editTemplate(call: GraphCall, { template }: { template: Template }): unknown {
  const edited = checkEdit(call.simulation, template, new Param(call.body(), ''))
  const { id, name, category } = changeTemplate(call.simulation, template, edited)
  return { success: true, id, name, category }
}

/** What passed the checks of an edit goes back to review. */
export function changeTemplate(simulation: Simulation, template: Template, edited: Partial<Template>): Template {
  const now = simulation.now()
  checkHeaderHandles(simulation.state, edited.components ?? [])
  Object.assign(template, edited)
  if (template.status === 'APPROVED') template.edits.push(now)
  template.status = 'PENDING'
  template.updated_at = now
  startReview(simulation, template)
  return template
}

/** POST /{template_id}/unpause */
export function unpauseTemplate({ simulation }: GraphCall, { template }: { template: Template }): unknown {
  if (template.status !== 'PAUSED') return { success: false, reason: 'The template is not paused.' }
  unpause(simulation, template)
  return { success: true }
}

/** GET /{waba_id}/message_templates, newest first. */
export function listTemplates(call: GraphCall, { account }: { account: Account }): unknown {
  const fields = call.query.get('fields')
  const all = templatesOf(call.simulation.state, account)
  const wanted = [...all].reverse().filter((template) => matches(template, call.query))
  const page = pageOf(call, wanted, (template) => selectFields(templateNode(call.simulation, template), fields))
  const summary = call.query.get('summary')
  if (summary === null) return page
  const counts = {
    total_count: wanted.length,
    message_template_count: all.length,
    message_template_limit: templateLimit(call.simulation, account),
  }
  return { ...page, summary: summaryOf(counts, summary) }
}

/** GET /{template_id} */
export function readTemplate(call: GraphCall, { template }: { template: Template }): unknown {
  return selectFields(templateNode(call.simulation, template), call.query.get('fields'))
}

/** DELETE /{waba_id}/message_templates by name (all languages), by hsm_id and name (one), or by hsm_ids. */
export function deleteTemplates(call: GraphCall, { account }: { account: Account }): unknown {
  const { state, now } = call.simulation
  const found = findDeleted(templatesOf(state, account), parametersOf(call))
  account.deleted_templates = account.deleted_templates.filter((one) => one.blocked_until > now())
  for (const template of found) {
    const { name, language } = template
    account.deleted_templates.push({ name, language, blocked_until: now() + NAME_BLOCKED })
    // Meta rule: while messages of it are under way it is only pending deletion.
    if (isUnderWay(call.simulation, template)) startDeletion(call.simulation, template)
    else endDeletion(call.simulation, template)
  }
  return { success: true }
}

function isUnderWay({ state }: Simulation, { id }: Template): boolean {
  for (const message of state.messages.values()) if (message.template_id === id && !message.finished) return true
  return false
}

function findDeleted(all: Template[], { name, hsm_id, hsm_ids }: Record<string, unknown>): Template[] {
  if (hsm_ids !== undefined) {
    const ids =
      typeof hsm_ids === 'string' ? hsm_ids.match(/\d+/g) : Array.isArray(hsm_ids) ? hsm_ids.map(String) : null
    if (!ids || ids.length > 100) throw badParam('Param hsm_ids must be an array of at most 100 ids.')
    const found = all.filter((template) => ids.includes(template.id))
    if (found.length < new Set(ids).size) throw unknownTemplate()
    return found
  }
  if (typeof name !== 'string' || name === '') throw badParam('The parameter name is required.')
  const ofName = all.filter((template) => template.name === name)
  const found = hsm_id === undefined ? ofName : ofName.filter((template) => template.id === String(hsm_id))
  if (found.length === 0) throw unknownTemplate()
  if (found.some((template) => template.status === 'DISABLED')) throw badParam('A disabled template cannot be deleted.')
  return found
}

function unknownTemplate(): GraphError {
  return new GraphError(404, { message: '(#100) The message template does not exist.', code: 100 })
}

function matches(template: Template, query: URLSearchParams): boolean {
  const is = (key: string, value: string) => {
    const wanted = query.get(key)
    return wanted === null || wanted.toUpperCase() === value.toUpperCase()
  }
  const has = (key: string, text: string) => text.toLowerCase().includes((query.get(key) ?? '').toLowerCase())
  const content = JSON.stringify(template.components)
  return (
    is('name', template.name) &&
    is('language', template.language) &&
    is('status', template.status) &&
    is('category', template.category) &&
    is('quality_score', template.quality) &&
    has('content', content) &&
    has('name_or_content', `${template.name} ${content}`)
  )
}

function summaryOf(counts: Record<string, number>, asked: string): Record<string, number> {
  const names = asked.split(',').map((name) => name.trim())
  return Object.fromEntries(Object.entries(counts).filter(([name]) => names.includes(name) || asked === 'true'))
}

function templateNode({ state }: Simulation, template: Template): Node {
  return {
    type: 'WhatsAppMessageTemplate',
    byDefault: [
      'name',
      'parameter_format',
      'components',
      'language',
      'status',
      'category',
      'previous_category',
      'correct_category',
      'id',
    ],
    fields: {
      id: () => template.id,
      name: () => template.name,
      language: () => template.language,
      status: () => template.status,
      category: () => template.category,
      sub_category: () => undefined,
      previous_category: () => template.previous_category,
      correct_category: () => template.correct_category,
      parameter_format: () => template.parameter_format,
      components: () => template.components,
      rejected_reason: () => template.rejected_reason,
      quality_score: () => ({ score: template.quality, date: seconds(template.updated_at) }),
      message_send_ttl_seconds: () => template.message_send_ttl_seconds,
      library_template_name: () => undefined,
      cta_url_link_tracking_opted_out: () => false,
      last_updated_time: () => graphTime(template.updated_at),
      health_status: () => {
        const errors = [{ error_code: 141002, error_description: 'The template is not approved.' }]
        const account = known(state.accounts, template.account_id)
        return worstOf([
          template.status === 'APPROVED'
            ? healthOf('MESSAGE_TEMPLATE', template.id, 'AVAILABLE')
            : healthOf('MESSAGE_TEMPLATE', template.id, 'BLOCKED', errors),
          healthOf('WABA', account.id, 'AVAILABLE'),
        ])
      },
    },
  }
}
