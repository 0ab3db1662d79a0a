import type { MessageType } from './define.ts'
import { image } from './image.ts'
import { interactive } from './interactive.ts'
import { template } from './template.ts'
import { text } from './text.ts'

export const messageTypes: readonly MessageType[] = [text, image, template, interactive]

/** Meta knows them, the simulator does not yet. */
export const typesNotBuilt: readonly string[] = [
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'pin',
]
