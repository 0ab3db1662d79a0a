import { ApiError } from '../errors.ts'
import type { Clock } from '../lib/clock.ts'
import { shortCache } from '../lib/short-cache.ts'
import type { Db } from '../store/db.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { SecretUnreadable, type Vault } from '../store/vault.ts'

/** The connected numbers, kept at hand for a second. */
export type Numbers = {
  /** In whichever project it is: the caller compares. */
  byPhoneNumberId(phone_number_id: string): Promise<PhoneNumberRow | null>
  /** @throws ApiError unavailable, when the token was sealed with another master key */
  accessToken(number: PhoneNumberRow): Promise<string>
  /** Sees a change at once in this process; others see it within a second. */
  forget(phone_number_id: string): void
}

export function createNumbers({ db, vault, clock }: { db: Db; vault: Vault; clock: Clock }): Numbers {
  const rows = shortCache<PhoneNumberRow>(clock)
  const tokens = shortCache<string>(clock)
  return {
    byPhoneNumberId: (id) => rows.get(id, async () => (await phoneNumbers.byPhoneNumberId(db, id)) ?? null),
    async accessToken(number) {
      const token = await tokens.get(number.access_token, async () => {
        try {
          return await vault.open(accessTokenPlace(number), number.access_token)
        } catch (error) {
          if (error instanceof SecretUnreadable) throw new ApiError('unavailable', error.message)
          throw error
        }
      })
      // The loader answers or throws.
      return token ?? ''
    },
    forget: (phone_number_id) => rows.forget(phone_number_id),
  }
}

export const accessTokenPlace = ({ project_id, id }: { project_id: number; id: number }) => ({
  project_id,
  table: 'phone_numbers',
  column: 'access_token',
  row: id,
})
