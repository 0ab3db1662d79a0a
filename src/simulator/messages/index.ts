import { audio } from './audio.ts'
import { contacts } from './contacts.ts'
import type { MessageType } from './define.ts'
import { document } from './document.ts'
import { image } from './image.ts'
import { interactive } from './interactive.ts'
import { location } from './location.ts'
import { pin } from './pin.ts'
import { reaction } from './reaction.ts'
import { sticker } from './sticker.ts'
import { template } from './template.ts'
import { text } from './text.ts'
import { video } from './video.ts'

export const messageTypes: readonly MessageType[] = [
  text,
  image,
  video,
  audio,
  document,
  sticker,
  location,
  contacts,
  reaction,
  pin,
  template,
  interactive,
]
