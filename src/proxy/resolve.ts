import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import type { Db } from '../store/db.ts'
import * as graphObjects from '../store/graph-objects.ts'
import * as media from '../store/media.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import * as templates from '../store/templates.ts'
import type { ProxyCall } from './call.ts'

type Caller = ProxyCall['caller']

/** What an id is the id of; `unknown` when it came by here for the first time. */
export type ObjectKind = 'number' | 'account' | 'media' | 'template' | 'flow' | 'group' | 'unknown'

/** The number through which an object is reached, and what the object is. */
export type Owned = { number: PhoneNumberRow; kind: ObjectKind }

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

/** The number, or one of the business account, that an id names. */
export async function numberOrAccount(context: Context, caller: Caller, id: string): Promise<Owned> {
  const number = await context.numbers.byPhoneNumberId(id)
  if (number && mayUse(caller, number)) return { number, kind: 'number' }
  return { number: await businessAccount(context, caller, id), kind: 'account' }
}

/**
 * The number through which an object (media, template, flow, group, number, account) is reached when only its id is in
 * the path: what the id itself is, what the query says, what we know of the id, or the only number there is (Kapso
 * rule). An id that belongs to another project is answered as if it did not exist.
 */
export async function objectOwner(
  context: Context,
  caller: Caller,
  id: string,
  query: Record<string, string>,
): Promise<Owned> {
  const { db } = context.store
  const named = (await context.numbers.byPhoneNumberId(id)) ?? undefined
  if (named && mayUse(caller, named)) return { number: named, kind: 'number' }
  const accounts = await phoneNumbers.ofBusinessAccount(db, id)
  const account = accounts.find((number) => mayUse(caller, number))
  if (account) return { number: account, kind: 'account' }

  const known = await knownObjects(db, id)
  const ours = known.find((object) => object.project_id === caller.project_id)
  if (named || accounts.length > 0 || (known.length > 0 && !ours)) throw new ApiError('not_found', 'Object not found')

  const kind = ours?.kind ?? 'unknown'
  if (query.phone_number_id) return { number: await phoneNumber(context, caller, query.phone_number_id), kind }
  if (query.business_account_id) {
    return { number: await businessAccount(context, caller, query.business_account_id), kind }
  }
  const numbers = (await phoneNumbers.ofProject(db, caller.project_id)).filter((number) => mayUse(caller, number))
  const holder = ours && numbers.find(ours.isHeldBy)
  return { number: holder ?? onlyNumber(numbers), kind }
}

/** @throws ApiError not_found when there is none, bad_request when which one is meant cannot be told */
function onlyNumber(numbers: PhoneNumberRow[]): PhoneNumberRow {
  const [only] = numbers
  if (!only) throw new ApiError('not_found', 'Object not found')
  if (numbers.every((number) => number.business_account_id === only.business_account_id)) return only
  throw new ApiError('bad_request', '(#100) The parameter phone_number_id or business_account_id is required.')
}

type Known = { project_id: number; kind: ObjectKind; isHeldBy(number: PhoneNumberRow): boolean }

/** What has been seen of an id, in whichever project. */
async function knownObjects(db: Db, id: string): Promise<Known[]> {
  const [files, texts, others] = await Promise.all([
    media.byMediaId(db, id),
    templates.byTemplateId(db, id),
    graphObjects.byObjectId(db, id),
  ])
  return [
    ...files.map(({ project_id, phone_number }) => ({
      project_id,
      kind: 'media' as const,
      isHeldBy: (number: PhoneNumberRow) => number.id === phone_number,
    })),
    ...[...texts.map((row) => ({ ...row, kind: 'template' as const, phone_number: null })), ...others].map(
      (object) => ({
        project_id: object.project_id,
        kind: object.kind,
        isHeldBy: (number: PhoneNumberRow) =>
          object.phone_number === null
            ? number.business_account_id === object.business_account_id
            : number.id === object.phone_number,
      }),
    ),
  ]
}

const mayUse = (caller: Caller, number: PhoneNumberRow) =>
  number.project_id === caller.project_id && (caller.only === null || caller.only === number.id)
