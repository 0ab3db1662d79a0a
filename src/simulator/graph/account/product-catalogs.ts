import type { Account } from '../../state.ts'
import type { GraphCall } from '../call.ts'
import { selectFields } from '../fields.ts'
import { pageOf } from '../page.ts'

/** GET /{waba_id}/product_catalogs */
export function listCatalogs(call: GraphCall, { account }: { account: Account }): unknown {
  const catalogs = account.catalog ? [account.catalog] : []
  return pageOf(call, catalogs, ({ id, products }) => {
    const fields = {
      id: () => id,
      name: () => `Catalog of ${account.name}`,
      product_count: () => products.length,
      vertical: () => 'commerce',
    }
    return selectFields({ type: 'ProductCatalog', byDefault: ['id', 'name'], fields }, call.query.get('fields'))
  })
}
