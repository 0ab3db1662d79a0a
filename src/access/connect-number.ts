import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { DAY } from '../lib/clock.ts'
import { insertPhoneNumber } from '../store/commands/phone-numbers.ts'
import { reserveRow } from '../store/commands/reserve-row.ts'
import * as metaApps from '../store/meta-apps.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { digestOf } from './api-key.ts'
import { describeNumber } from './describe-number.ts'
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
  const { details, warnings } = await describeNumber(context, { ...number, access_token, simulated: flag })
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
    trace_sends: 1,
    hold_twins: 1,
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
