import { defineInteractive } from '../define.ts'
import { checkProductSections, checkSomeProduct, findCatalog, productsIn } from './products.ts'

export const productList = defineInteractive({
  type: 'product_list',
  headers: ['text'],
  headerRequired: true,
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['catalog_id', 'sections'])
    action.at('catalog_id').text()
    checkProductSections(action.at('sections'))
  },
  look(action, { account }) {
    checkSomeProduct(productsIn(action.at('sections')), findCatalog(account, action.at('catalog_id')))
    return {}
  },
})
