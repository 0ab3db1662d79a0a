import type { Context } from '../context.ts'
import { updatePhoneNumber } from '../store/commands/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { digestOf } from './api-key.ts'
import { describeNumber } from './describe-number.ts'
import { accessTokenPlace } from './numbers.ts'

/** What may be changed of a connected number; what is left out stays. */
export type NumberChange = {
  name?: string | undefined
  business_account_id?: string | undefined
  access_token?: string | undefined
  inbound_processing_enabled?: boolean | undefined
  calls_enabled?: boolean | undefined
}

/**
 * Changes a number. A new token is shown to Meta first, and what Meta then tells of the number is kept.
 * @throws ApiError unprocessable when Meta refuses the token
 */
export async function updateNumber(
  context: Context,
  row: PhoneNumberRow,
  { access_token, ...change }: NumberChange,
): Promise<{ row: PhoneNumberRow; warnings: string[] }> {
  const { store, vault, numbers } = context
  const flag = (value: boolean | undefined, before: 0 | 1) => (value === undefined ? before : value ? 1 : 0)
  const set = {
    name: change.name ?? row.name,
    business_account_id: change.business_account_id ?? row.business_account_id,
    inbound_processing_enabled: flag(change.inbound_processing_enabled, row.inbound_processing_enabled),
    calls_enabled: flag(change.calls_enabled, row.calls_enabled),
  } as const
  const told = access_token === undefined ? null : await describeNumber(context, { ...row, access_token })
  const token = access_token !== undefined && {
    access_token: await vault.seal(accessTokenPlace(row), access_token),
    access_token_digest: digestOf(access_token),
  }
  const details = told && Object.keys(told.details).length > 0 ? JSON.stringify(told.details) : row.details
  const { project_id, id } = row
  const updated = await store.write(updatePhoneNumber, { project_id, id, set: { ...set, ...token, details } })
  numbers.forget(row.phone_number_id)
  return { row: updated, warnings: told?.warnings ?? [] }
}
