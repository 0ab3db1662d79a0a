import type { InteractiveKind } from '../define.ts'
import { addressMessage } from './address-message.ts'
import { button } from './button.ts'
import { callPermissionRequest } from './call-permission-request.ts'
import { carousel } from './carousel.ts'
import { catalogMessage } from './catalog-message.ts'
import { ctaUrl } from './cta-url.ts'
import { flow } from './flow.ts'
import { list } from './list.ts'
import { locationRequestMessage } from './location-request-message.ts'
import { orderDetails } from './order-details.ts'
import { orderStatus } from './order-status.ts'
import { product } from './product.ts'
import { productList } from './product-list.ts'
import { requestContactInfo } from './request-contact-info.ts'
import { voiceCall } from './voice-call.ts'

export const interactiveKinds: readonly InteractiveKind[] = [
  button,
  list,
  ctaUrl,
  locationRequestMessage,
  product,
  productList,
  catalogMessage,
  flow,
  carousel,
  addressMessage,
  voiceCall,
  callPermissionRequest,
  requestContactInfo,
  orderDetails,
  orderStatus,
]
