import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import * as media from '../store/media.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import * as templates from '../store/templates.ts'
import type { ProxyCall } from './call.ts'

type Caller = ProxyCall['caller']

/** A number that the caller may use; one of another project is answered as if it did not exist. */
export async function phoneNumber(context: Context, caller: Caller, phone_number_id: string): Promise<PhoneNumberRow> {
  const number = await context.numbers.byPhoneNumberId(phone_number_id)
  if (!number || !mayUse(caller, number)) throw new ApiError('not_found', 'Phone number not found')
  return number
}

/** A number of this business account that the caller may use: its token is the one to go up with. */
export async function businessAccount(context: Context, caller: Caller, id: string): Promise<PhoneNumberRow> {
  const numbers = await phoneNumbers.ofBusinessAccount(context.store.db, id)
  const number = numbers.find((candidate) => mayUse(caller, candidate))
  if (!number) throw new ApiError('not_found', 'Business account not found')
  return number
}

/**
 * The number through which an object (media, template, number, account) is reached when only its id is in the path:
 * what the id itself is, what the query says, what we know of the id, or the only number there is (Kapso rule).
 * An id that belongs to another project is answered as if it did not exist.
 */
export async function objectOwner(
  context: Context,
  caller: Caller,
  id: string,
  query: Record<string, string>,
): Promise<PhoneNumberRow> {
  const { db } = context.store
  const named = (await context.numbers.byPhoneNumberId(id)) ?? undefined
  const accounts = await phoneNumbers.ofBusinessAccount(db, id)
  const account = accounts.find((number) => mayUse(caller, number))
  if (named && mayUse(caller, named)) return named
  if (account) return account

  const known = [...(await media.byMediaId(db, id)), ...(await templates.byTemplateId(db, id))]
  const ours = known.find((row) => row.project_id === caller.project_id)
  if (named || accounts.length > 0 || (known.length > 0 && !ours)) throw new ApiError('not_found', 'Object not found')

  if (query.phone_number_id) return phoneNumber(context, caller, query.phone_number_id)
  if (query.business_account_id) return businessAccount(context, caller, query.business_account_id)

  const numbers = (await phoneNumbers.ofProject(db, caller.project_id)).filter((number) => mayUse(caller, number))
  const holder = numbers.find((number) =>
    ours && 'phone_number' in ours
      ? number.id === ours.phone_number
      : number.business_account_id === ours?.business_account_id,
  )
  if (holder) return holder
  const [only] = numbers
  if (!only) throw new ApiError('not_found', 'Object not found')
  if (numbers.every((number) => number.business_account_id === only.business_account_id)) return only
  throw new ApiError('bad_request', '(#100) The parameter phone_number_id or business_account_id is required.')
}

const mayUse = (caller: Caller, number: PhoneNumberRow) =>
  number.project_id === caller.project_id && (caller.only === null || caller.only === number.id)
