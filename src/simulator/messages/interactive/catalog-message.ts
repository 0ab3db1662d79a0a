import { messagingError } from '../../graph/error.ts'
import { defineInteractive } from '../define.ts'

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
  look(action, number) {
    const { catalog } = number.account
    if (!catalog) throw messagingError(131009, 'No catalog is connected to this WhatsApp Business Account.')
    const thumbnail = action.at('parameters').at('thumbnail_product_retailer_id')
    if (!thumbnail.given || catalog.products.some((product) => product.retailer_id === thumbnail.value)) return
    throw messagingError(131009, `Product ${String(thumbnail.value)} is not in catalog ${catalog.id}.`)
  },
})
