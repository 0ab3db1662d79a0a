import { defineInteractive } from '../define.ts'
import { checkProduct, findCatalog } from './products.ts'

export const catalogMessage = defineInteractive({
  type: 'catalog_message',
  headers: [],
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['catalog_message'], 131009)
    const parameters = action.at('parameters')
    if (!parameters.given) return
    parameters.object(['thumbnail_product_retailer_id'])
    parameters.at('thumbnail_product_retailer_id').optionalText()
  },
  look(action, { account }) {
    checkProduct(action.at('parameters').at('thumbnail_product_retailer_id'), findCatalog(account))
    return {}
  },
})
