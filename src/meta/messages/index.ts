import type { MessageKind } from './define-message.ts'
import { image } from './image.ts'
import { button } from './interactive/button.ts'
import { catalogMessage } from './interactive/catalog-message.ts'
import { ctaUrl } from './interactive/cta-url.ts'
import { list } from './interactive/list.ts'
import { locationRequestMessage } from './interactive/location-request-message.ts'
import { template } from './template.ts'
import { text } from './text.ts'

/** The kinds we describe. Others are forwarded all the same. */
export const messageKinds: readonly MessageKind[] = [
  text,
  image,
  template,
  button,
  list,
  ctaUrl,
  locationRequestMessage,
  catalogMessage,
]
