import type { InteractiveKind } from '../define.ts'
import { button } from './button.ts'
import { catalogMessage } from './catalog-message.ts'
import { ctaUrl } from './cta-url.ts'
import { list } from './list.ts'
import { locationRequestMessage } from './location-request-message.ts'

export const interactiveKinds: readonly InteractiveKind[] = [
  button,
  list,
  ctaUrl,
  locationRequestMessage,
  catalogMessage,
]

/** Meta knows them, the simulator does not yet. */
export const kindsNotBuilt: readonly string[] = [
  'product',
  'product_list',
  'flow',
  'carousel',
  'address_message',
  'voice_call',
  'call_permission_request',
  'order_details',
  'order_status',
]
