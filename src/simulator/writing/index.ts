import { edit, revoke, system } from './changes.ts'
import type { InboundType } from './define.ts'
import { audio, document, image, sticker, video } from './media.ts'
import { contacts, location, order, reaction, requestWelcome, text, unsupported } from './plain.ts'
import { button, interactive } from './replies.ts'

export const inboundTypes = [
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  button,
  interactive,
  order,
  reaction,
  system,
  edit,
  revoke,
  requestWelcome,
  unsupported,
] as readonly InboundType[]
