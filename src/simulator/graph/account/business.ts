import type { Account } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'

/** GET /{business_id}. Ours: a business is called like the first of its accounts. */
export function readBusiness(call: GraphCall, { business_id, account }: { business_id: string; account: Account }) {
  const fields = {
    id: () => business_id,
    name: () => account.name,
    verification_status: () => (account.verified ? 'verified' : 'not_verified'),
  }
  return selectFields({ type: 'Business', byDefault: ['id', 'name'], fields }, call.query.get('fields'))
}
