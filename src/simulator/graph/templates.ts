import { DAY } from '../../lib/clock.ts'
import type { Account, Template } from '../state.ts'
import { checkCreation, TEMPLATE_LIMIT } from '../templates/check-creation.ts'
import { startReview } from '../templates/review.ts'
import { healthOf } from './account.ts'
import type { GraphCall } from './call.ts'
import { badParam, GraphError } from './error.ts'
import { type Node, selectFields } from './fields.ts'
import { pageOf } from './page.ts'
import { readBody } from './request-body.ts'

/** Meta rule: how long a deleted name cannot be used. */
const NAME_BLOCKED = 30 * DAY

/** POST /{waba_id}/message_templates */
export function createTemplate({ simulation, request }: GraphCall, { account }: { account: Account }): unknown {
  const now = simulation.clock.now()
  const created = checkCreation(account, readBody(request), now)
  const template: Template = {
    ...created,
    id: simulation.ids.object(),
    account,
    status: 'PENDING',
    rejected_reason: 'NONE',
    updated_at: now,
  }
  account.templates.set(template.id, template)
  simulation.state.objects.set(template.id, { kind: 'template', template })
  startReview(simulation, template)
  return { id: template.id, status: template.status, category: template.category }
}

/** GET /{waba_id}/message_templates, newest first. */
export function listTemplates(call: GraphCall, { account }: { account: Account }): unknown {
  const fields = call.query.get('fields')
  const wanted = [...account.templates.values()].reverse().filter((template) => matches(template, call.query))
  const page = pageOf(call, wanted, (template) => selectFields(templateNode(template), fields))
  const summary = call.query.get('summary')
  return summary === null ? page : { ...page, summary: summaryOf(account, wanted.length, summary) }
}

/** GET /{template_id} */
export function readTemplate(call: GraphCall, { template }: { template: Template }): unknown {
  return selectFields(templateNode(template), call.query.get('fields'))
}

/** DELETE /{waba_id}/message_templates by name (all languages), by hsm_id and name (one), or by hsm_ids. */
export function deleteTemplates({ simulation, request, query }: GraphCall, { account }: { account: Account }): unknown {
  const parameters = { ...readBody(request), ...Object.fromEntries(query) }
  const found = findDeleted(account, parameters)
  const now = simulation.clock.now()
  account.deleted_templates = account.deleted_templates.filter((one) => one.blocked_until > now)
  for (const { id, name, language } of found) {
    account.templates.delete(id)
    simulation.state.objects.delete(id)
    account.deleted_templates.push({ name, language, blocked_until: now + NAME_BLOCKED })
  }
  return { success: true }
}

function findDeleted(account: Account, { name, hsm_id, hsm_ids }: Record<string, unknown>): Template[] {
  const all = [...account.templates.values()]
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
    is('quality_score', 'UNKNOWN') &&
    has('content', content) &&
    has('name_or_content', `${template.name} ${content}`)
  )
}

function summaryOf(account: Account, total_count: number, asked: string): Record<string, number> {
  const known: Record<string, number> = {
    total_count,
    message_template_count: account.templates.size,
    message_template_limit: TEMPLATE_LIMIT,
  }
  const names = asked.split(',').map((name) => name.trim())
  return Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name) || asked === 'true'))
}

function templateNode(template: Template): Node {
  return {
    type: 'WhatsAppMessageTemplate',
    byDefault: ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'id'],
    fields: {
      id: () => template.id,
      name: () => template.name,
      language: () => template.language,
      status: () => template.status,
      category: () => template.category,
      sub_category: () => undefined,
      previous_category: () => undefined,
      correct_category: () => undefined,
      parameter_format: () => template.parameter_format,
      components: () => template.components,
      rejected_reason: () => template.rejected_reason,
      quality_score: () => ({ score: 'UNKNOWN', date: Math.floor(template.updated_at / 1_000_000) }),
      message_send_ttl_seconds: () => template.message_send_ttl_seconds,
      library_template_name: () => undefined,
      cta_url_link_tracking_opted_out: () => false,
      last_updated_time: () => graphTime(template.updated_at),
      health_status: () => healthOf('MESSAGE_TEMPLATE', template.id),
    },
  }
}

/** `2023-05-21T11:18:09+0000` */
function graphTime(micros: number): string {
  return new Date(micros / 1000).toISOString().replace(/\.\d+Z$/, '+0000')
}
