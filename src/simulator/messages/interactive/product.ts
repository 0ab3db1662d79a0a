import { defineInteractive } from '../define.ts'
import { checkProduct, findCatalog } from './products.ts'

export const product = defineInteractive({
  type: 'product',
  headers: [],
  body: { max: 1024, required: false },
  footer: true,
  action(action) {
    action.object(['catalog_id', 'product_retailer_id'])
    action.at('catalog_id').text()
    action.at('product_retailer_id').text()
  },
  look(action, { account }) {
    checkProduct(action.at('product_retailer_id'), findCatalog(account, action.at('catalog_id')))
    return {}
  },
})
