import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { DAY } from '../lib/clock.ts'
import { jsonObject } from '../lib/json-object.ts'
import { insertPhoneNumber } from '../store/commands/phone-numbers.ts'
import { reserveRow } from '../store/commands/reserve-row.ts'
import * as metaApps from '../store/meta-apps.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { digestOf } from './api-key.ts'
import { accessTokenPlace } from './numbers.ts'

export type NewNumber = {
  name: string
  phone_number_id: string
  business_account_id: string
  access_token: string
  kind: 'production' | 'sandbox'
  inbound_processing_enabled: boolean
  calls_enabled: boolean
  simulated: boolean
}

/** What is asked of Meta about a number. */
const FIELDS = [
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'code_verification_status',
  'name_status',
  'status',
  'whatsapp_business_manager_messaging_limit',
  'is_official_business_account',
  'is_pin_enabled',
]

/**
 * Connects a number to a project. Meta is asked about it with the given token: a token that Meta refuses is refused
 * here; any other trouble is a warning, so that a number can be connected before Meta can be reached.
 * @throws ApiError conflict when the number is connected already, unprocessable when Meta refuses the token
 */
export async function connectNumber(
  context: Context,
  project_id: number,
  { access_token, simulated, inbound_processing_enabled, calls_enabled, ...number }: NewNumber,
): Promise<{ row: PhoneNumberRow; warnings: string[] }> {
  const { store, clock, vault } = context
  if (await phoneNumbers.byPhoneNumberId(store.db, number.phone_number_id)) throw alreadyConnected()

  const flag = simulated ? 1 : 0
  const { details, warnings } = await askMeta(context, { ...number, access_token, simulated: flag })
  const metaApp = await metaApps.bySlug(store.db, 'default')
  if (!metaApp) warnings.push('No Meta app secret is set, so webhooks from Meta are refused until there is one.')

  const { id, uuid } = await store.write(reserveRow, undefined)
  const now = clock.now()
  const row: PhoneNumberRow = {
    ...number,
    project_id,
    id,
    uuid,
    meta_app_id: metaApp?.id ?? null,
    customer_id: null,
    simulated: flag,
    access_token: await vault.seal(accessTokenPlace({ project_id, id }), access_token),
    access_token_digest: digestOf(access_token),
    details: JSON.stringify(details),
    is_coexistence: 0,
    inbound_processing_enabled: inbound_processing_enabled ? 1 : 0,
    calls_enabled: calls_enabled ? 1 : 0,
    webhook_verified_at: null,
    // Nobody can have written to a simulated number before it was made.
    history_complete_since: simulated ? now - DAY : now,
    created_at: id,
    updated_at: id,
  }
  try {
    await store.write(insertPhoneNumber, row)
  } catch (error) {
    // Two at once: the second meets the unique id.
    if (await phoneNumbers.byPhoneNumberId(store.db, number.phone_number_id)) throw alreadyConnected()
    throw error
  }
  return { row, warnings }
}

const alreadyConnected = () => new ApiError('conflict', 'Phone number is already connected')

async function askMeta(
  context: Context,
  number: { phone_number_id: string; access_token: string; simulated: 0 | 1 },
): Promise<{ details: Record<string, unknown>; warnings: string[] }> {
  const outcome = await context.graph.request({
    origin: context.graphOrigin(number),
    method: 'GET',
    path: `/${context.config.graphVersion}/${number.phone_number_id}?fields=${FIELDS.join(',')}`,
    accessToken: number.access_token,
  })
  if (outcome.kind !== 'answered') {
    return { details: {}, warnings: ['Meta could not be reached, so nothing is known of the number yet.'] }
  }
  const body = jsonObject(outcome.body)
  if (outcome.status === 200 && body) {
    return { details: Object.fromEntries(FIELDS.map((field) => [field, body[field] ?? null])), warnings: [] }
  }
  const { code, message } = (body?.error ?? {}) as { code?: unknown; message?: unknown }
  if (outcome.status === 401 || code === 190) {
    throw new ApiError('unprocessable', `Access token was refused by Meta: ${String(message ?? 'no reason given')}`)
  }
  return {
    details: {},
    warnings: [`Meta did not describe the number: ${String(message ?? `status ${outcome.status}`)}`],
  }
}
