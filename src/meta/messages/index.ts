import { audio } from './audio.ts'
import { contacts } from './contacts.ts'
import type { MessageKind } from './define-message.ts'
import { document } from './document.ts'
import { image } from './image.ts'
import { addressMessage } from './interactive/address-message.ts'
import { button } from './interactive/button.ts'
import { callPermissionRequest } from './interactive/call-permission-request.ts'
import { carousel } from './interactive/carousel.ts'
import { catalogMessage } from './interactive/catalog-message.ts'
import { ctaUrl } from './interactive/cta-url.ts'
import { flow } from './interactive/flow.ts'
import { list } from './interactive/list.ts'
import { locationRequestMessage } from './interactive/location-request-message.ts'
import { orderDetails } from './interactive/order-details.ts'
import { orderStatus } from './interactive/order-status.ts'
import { product } from './interactive/product.ts'
import { productList } from './interactive/product-list.ts'
import { requestContactInfo } from './interactive/request-contact-info.ts'
import { voiceCall } from './interactive/voice-call.ts'
import { location } from './location.ts'
import { pin } from './pin.ts'
import { reaction } from './reaction.ts'
import { sticker } from './sticker.ts'
import { template } from './template.ts'
import { text } from './text.ts'
import { video } from './video.ts'

/** The kinds we describe. Others are forwarded all the same. */
export const messageKinds: readonly MessageKind[] = [
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  reaction,
  template,
  button,
  list,
  ctaUrl,
  flow,
  carousel,
  locationRequestMessage,
  requestContactInfo,
  addressMessage,
  voiceCall,
  callPermissionRequest,
  product,
  productList,
  catalogMessage,
  orderDetails,
  orderStatus,
  pin,
]
