import { sql } from 'kysely'
import type { Db } from './db.ts'
import type { PhoneNumberRow } from './tables.ts'

/** The number in whichever project it is: the caller compares `project_id` with its own. */
export async function byPhoneNumberId(db: Db, phone_number_id: string): Promise<PhoneNumberRow | undefined> {
  return db.query
    .selectFrom('phone_numbers')
    .selectAll()
    .where('phone_number_id', '=', phone_number_id)
    .executeTakeFirst()
}

/** Every number of an account, in whichever project. */
export async function ofBusinessAccount(db: Db, business_account_id: string): Promise<PhoneNumberRow[]> {
  return db.query
    .selectFrom('phone_numbers')
    .selectAll()
    .where('business_account_id', '=', business_account_id)
    .orderBy('id')
    .execute()
}

export async function ofProject(db: Db, project_id: number): Promise<PhoneNumberRow[]> {
  return db.query
    .selectFrom('phone_numbers')
    .selectAll()
    .where('project_id', '=', project_id)
    .orderBy('id', 'desc')
    .execute()
}

/** The numbers whose Meta token has this SHA-256. */
export async function byAccessTokenDigest(db: Db, digest: string): Promise<PhoneNumberRow[]> {
  return db.query.selectFrom('phone_numbers').selectAll().where('access_token_digest', '=', digest).execute()
}

export type PhoneNumberFilter = {
  /** The row key of the one number to look at. */
  only: number | null
  phone_number_id?: string | undefined
  business_account_id?: string | undefined
  customer_id?: string | undefined
  messaging_enabled?: boolean | undefined
  name_contains?: string | undefined
  /** Microseconds, both exclusive. */
  created_after?: number | undefined
  created_before?: number | undefined
}

/** One page of a project's numbers, newest first, and how many there are in all. `page` counts from 1. */
export async function page(
  db: Db,
  project_id: number,
  filter: PhoneNumberFilter,
  { page, per_page }: { page: number; per_page: number },
): Promise<{ rows: PhoneNumberRow[]; total: number }> {
  let query = db.query.selectFrom('phone_numbers').where('project_id', '=', project_id)
  if (filter.only !== null) query = query.where('id', '=', filter.only)
  if (filter.phone_number_id !== undefined) query = query.where('phone_number_id', '=', filter.phone_number_id)
  if (filter.business_account_id !== undefined) {
    query = query.where('business_account_id', '=', filter.business_account_id)
  }
  if (filter.customer_id !== undefined) query = query.where('customer_id', '=', filter.customer_id)
  if (filter.messaging_enabled !== undefined) {
    query = query.where('inbound_processing_enabled', '=', filter.messaging_enabled ? 1 : 0)
  }
  if (filter.name_contains !== undefined) {
    const pattern = `%${filter.name_contains.replace(/[\\%_]/g, '\\$&').toLowerCase()}%`
    query = query.where(sql<boolean>`lower(name) like ${pattern} escape '\\'`)
  }
  if (filter.created_after !== undefined) query = query.where('created_at', '>', filter.created_after)
  if (filter.created_before !== undefined) query = query.where('created_at', '<', filter.created_before)

  const { total } = await query.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await query
    .selectAll()
    .orderBy('id', 'desc')
    .limit(per_page)
    .offset((page - 1) * per_page)
    .execute()
  return { rows, total }
}
