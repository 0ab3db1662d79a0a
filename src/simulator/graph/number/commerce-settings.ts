import { badParam } from '../../graph-error.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

/** GET /{phone_number_id}/whatsapp_commerce_settings */
export function readCommerceSettings(_call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  return { data: [{ ...number.commerce, id: number.id }] }
}

/** POST /{phone_number_id}/whatsapp_commerce_settings */
export function updateCommerceSettings(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const frame = frameOf(call)
  const cart = frame.at('is_cart_enabled').optionalBoolean()
  const catalog = frame.at('is_catalog_visible').optionalBoolean()
  if (cart === undefined && catalog === undefined) {
    throw badParam('The parameter is_cart_enabled or is_catalog_visible is required.')
  }
  if (cart !== undefined) number.commerce.is_cart_enabled = cart
  if (catalog !== undefined) number.commerce.is_catalog_visible = catalog
  return { success: true }
}
