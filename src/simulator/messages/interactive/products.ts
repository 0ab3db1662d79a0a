import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import type { Account } from '../../state.ts'
import type { Catalog } from '../../world.ts'
import { checkCount } from './shared-rules.ts'

const PRODUCTS_LIMIT = 30

/** The account's catalog; `id`: the one a message names, if it does. */
export function findCatalog(account: Account, id?: Param): Catalog {
  if (!account.catalog) throw messagingError(131009, 'No catalog is connected to this WhatsApp Business Account.')
  if (!id?.given || id.value === account.catalog.id) return account.catalog
  throw messagingError(131009, `Catalog ${String(id.value)} is not connected to this WhatsApp Business Account.`)
}

/** A product shown for itself or as a thumbnail: without it nothing can be shown. */
export function checkProduct(product: Param, catalog: Catalog): void {
  if (!product.given || isIn(catalog, product)) return
  throw messagingError(131009, `Product ${String(product.value)} is not in catalog ${catalog.id}.`)
}

/** Meta rule: products the catalog does not have are left out, and a message none are left of is refused. */
export function checkSomeProduct(products: Param[], catalog: Catalog): void {
  if (products.some((product) => isIn(catalog, product))) return
  throw messagingError(131009, `None of the products is in catalog ${catalog.id}.`)
}

function isIn(catalog: Catalog, product: Param): boolean {
  return catalog.products.some(({ retailer_id }) => retailer_id === product.value)
}

/** The sections of a list of products, of a message or of a template's button. */
export function checkProductSections(sections: Param): void {
  const list = sections.list()
  checkCount('sections', list.length, 1, 10)
  for (const section of list) checkSection(section, list.length > 1)
  const count = productsIn(sections).length
  if (count > PRODUCTS_LIMIT) {
    throw messagingError(131009, `Total product count exceed max allowed count: ${PRODUCTS_LIMIT}`)
  }
}

function checkSection(section: Param, titleRequired: boolean): void {
  section.object(['title', 'product_items'])
  const title = section.at('title')
  if (titleRequired || title.given) title.text({ max: 24, invalid: 'Section title' })
  const items = section.at('product_items').list()
  if (items.length === 0) throw messagingError(131009, 'Invalid product items count. Min allowed product items: 1')
  for (const item of items) item.object(['product_retailer_id']).at('product_retailer_id').text()
}

/** The ids in sections that passed the check. */
export function productsIn(sections: Param): Param[] {
  return sections
    .list()
    .flatMap((section) => section.at('product_items').list())
    .map((item) => item.at('product_retailer_id'))
}
