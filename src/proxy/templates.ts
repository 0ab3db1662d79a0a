import { Buffer } from 'node:buffer'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonObject, objects } from '../lib/json-object.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { forgetTemplates, saveTemplates } from '../store/commands/templates.ts'
import type { PhoneNumberRow, TemplateRow } from '../store/tables.ts'
import * as templates from '../store/templates.ts'
import { type ProxyAnswer, type ProxyCall, withoutScope } from './call.ts'
import { forward, passOn } from './forward.ts'
import { jsonBody } from './outgoing-body.ts'
import { businessAccount } from './resolve.ts'

/** `GET /{business_account_id}/message_templates` */
export async function listTemplates(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await accountOf(context, call)
  const answer = await forward(context, number, call, { method: 'GET', path: edge(number), query: call.query })
  if (answer.status === 200) await save(context, number, objects(read(answer)?.data))
  return passOn(context, number, answer)
}

/** `GET /{business_account_id}/message_templates/{template_id}`, which Meta knows as `GET /{template_id}`. */
export async function getTemplate(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await accountOf(context, call)
  const id = call.params.template_id ?? ''
  await refuseForeign(context, number, id)
  const answer = await forward(context, number, call, { method: 'GET', path: id, query: withoutScope(call.query) })
  if (answer.status === 200) await save(context, number, objects([read(answer)]))
  return passOn(context, number, answer)
}

/** `POST /{business_account_id}/message_templates`; with `?hsm_id=` it changes that template (Kapso rule). */
export async function createTemplate(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  if (call.query.hsm_id !== undefined) return updateTemplate(context, call)
  const number = await accountOf(context, call)
  const body = jsonBody(call.body)
  const { query } = call
  const answer = await forward(context, number, call, { method: 'POST', path: edge(number), query, body })
  if (answer.status === 200) await save(context, number, [{ ...jsonObject(body.bytes), ...read(answer) }])
  return passOn(context, number, answer)
}

/**
 * `PUT /{business_account_id}/message_templates?hsm_id=`, which Meta knows as `POST /{template_id}` (Kapso rule).
 */
export async function updateTemplate(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await accountOf(context, call)
  const { hsm_id: id, ...query } = call.query
  // Kapso rule, in Kapso's words.
  if (!id) throw new ApiError('unprocessable', 'hsm_id is required', { status: 400 })
  await refuseForeign(context, number, id)
  const body = jsonBody(call.body)
  const answer = await forward(context, number, call, { method: 'POST', path: id, query: withoutScope(query), body })
  await noteEdited(context, number, id, call, answer)
  return passOn(context, number, answer)
}

/** What was changed of a template that we know, so that what is kept of it is what Meta has; no answer fails for it. */
export async function noteEdited(
  context: Context,
  number: PhoneNumberRow,
  id: string,
  { body }: Pick<ProxyCall, 'body'>,
  { status }: { status: number },
): Promise<void> {
  const asked = Buffer.isBuffer(body) ? jsonObject(body) : undefined
  if (status !== 200 || !asked) return
  try {
    const seen = await templates.byTemplateId(context.store.db, id)
    const known = seen.find((row) => row.project_id === number.project_id)
    if (known) await save(context, number, [edited(known, asked)])
  } catch (error) {
    context.log.error({ err: error }, 'an edited template could not be recorded')
  }
}

function edited(known: TemplateRow, { category, components }: Record<string, unknown>): Record<string, unknown> {
  const { template_id: id, name, language } = known
  return {
    ...JSON.parse(known.payload),
    ...{ id, name, language, category: category ?? known.category },
    ...(components !== undefined && { components }),
  }
}

/**
 * `DELETE /{business_account_id}/message_templates?name=` (all languages), `?hsm_id=` (one) or `?hsm_ids=` (some). Meta
 * wants the name beside the one id; where the client gave only the id we look the name up (Kapso rule).
 */
export async function deleteTemplate(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const number = await accountOf(context, call)
  const { hsm_id, hsm_ids, name } = call.query
  const ids = hsm_id ? [hsm_id] : (hsm_ids?.match(/\d+/g) ?? [])
  for (const id of ids) await refuseForeign(context, number, id)
  const query = hsm_id && !name ? { ...call.query, name: await nameOf(context, number, call, hsm_id) } : call.query
  const answer = await forward(context, number, call, { method: 'DELETE', path: edge(number), query })
  if (answer.status === 200) {
    await forget(context, number, ids.length > 0 ? ids.map((template_id) => ({ template_id })) : [{ name: name ?? '' }])
  }
  return passOn(context, number, answer)
}

async function forget(
  { store, log }: Context,
  { project_id, business_account_id }: PhoneNumberRow,
  deleted: Array<{ template_id: string } | { name: string }>,
): Promise<void> {
  await Promise.all(
    deleted.map((which) => store.write(forgetTemplates, { project_id, business_account_id, ...which })),
  ).catch((error) => log.error({ err: error }, 'a deletion could not be recorded'))
}

async function nameOf(context: Context, number: PhoneNumberRow, call: ProxyCall, id: string): Promise<string> {
  const known = (await templates.byTemplateId(context.store.db, id)).find((row) => row.project_id === number.project_id)
  if (known) return known.name
  const answer = await forward(context, number, call, { method: 'GET', path: id, query: { fields: 'name' } })
  const { name } = read(answer) ?? {}
  if (typeof name !== 'string') throw new ApiError('not_found', 'Template not found')
  return name
}

/** Refuses what is no template id, and the id of another project's template as one that does not exist. */
async function refuseForeign(context: Context, number: PhoneNumberRow, id: string): Promise<void> {
  // Kapso rule, in Kapso's words.
  if (!/^\d{1,20}$/.test(id)) throw new ApiError('unprocessable', 'invalid template_id', { status: 400 })
  const known = await templates.byTemplateId(context.store.db, id)
  if (known.length > 0 && known.every((template) => template.project_id !== number.project_id)) {
    throw new ApiError('not_found', 'Template not found')
  }
}

const accountOf = (context: Context, call: ProxyCall) =>
  businessAccount(context, call.caller, call.params.business_account_id ?? '')

const edge = (number: PhoneNumberRow) => `${number.business_account_id}/message_templates`

/** What we know of templates lets a bare template id find its number; no answer waits or fails for it. */
async function save(context: Context, number: PhoneNumberRow, seen: Array<Record<string, unknown>>): Promise<void> {
  try {
    const rows = seen.flatMap((template) => asRow(number, template))
    if (rows.length > 0) await context.store.write(saveTemplates, rows)
  } catch (error) {
    context.log.error({ err: error }, 'templates could not be recorded')
  }
}

/** @throws RangeError for what is nested too deep to be written as JSON again */
function asRow({ project_id, business_account_id }: PhoneNumberRow, template: Record<string, unknown>) {
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const { id, name, language } = template
  if (typeof id !== 'string' || typeof name !== 'string' || typeof language !== 'string') return []
  const [category, status] = [text(template.category), text(template.status)]
  const payload = JSON.stringify(template)
  return [{ project_id, business_account_id, template_id: id, name, language, category, status, payload }]
}

const read = (answer: GraphAnswer) => jsonObject(answer.body)
