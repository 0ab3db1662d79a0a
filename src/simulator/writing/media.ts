import { z } from 'zod'
import { copyOf } from '../media/copy.ts'
import { downloadUrl } from '../media/download.ts'
import { inBase64 } from '../media/hash.ts'
import type { MediaKind } from '../media/kinds.ts'
import type { Simulation } from '../simulation.ts'
import type { PhoneNumber } from '../state.ts'
import { defineInbound } from './define.ts'
import { SAMPLES } from './samples.ts'

const bytes = { bytes_base64: z.base64().optional(), mime_type: z.string().min(1).max(200).optional() }
const caption = { caption: z.string().optional() }

export const image = inboundMedia('image', z.strictObject({ ...bytes, ...caption }))
export const video = inboundMedia('video', z.strictObject({ ...bytes, ...caption }))
export const audio = inboundMedia('audio', z.strictObject({ ...bytes, voice: z.boolean().default(true) }))
export const sticker = inboundMedia('sticker', z.strictObject({ ...bytes, animated: z.boolean().default(false) }))
export const document = inboundMedia(
  'document',
  z.strictObject({ ...bytes, ...caption, filename: z.string().optional() }),
)

type Sent = { bytes_base64?: string | undefined; mime_type?: string | undefined; filename?: string | undefined }

function inboundMedia<Content extends Sent>(type: MediaKind, content: z.ZodType<Content>) {
  return defineInbound({ type, content, write: (sent, simulation, number) => write(type, sent, simulation, number) })
}

async function write(type: MediaKind, sent: Sent, simulation: Simulation, number: PhoneNumber) {
  const { bytes_base64, mime_type, ...rest } = sent
  const sample = SAMPLES[type]
  const content = bytes_base64 === undefined ? sample.bytes : Buffer.from(bytes_base64, 'base64')
  const filename = type === 'document' ? (sent.filename ?? sample.filename) : undefined
  const media = await simulation.media.addBytes(content, {
    phone_number_id: number.id,
    mime_type: mime_type ?? sample.mime_type,
    filename,
    origin: 'inbound',
  })
  return {
    media: [copyOf(media)],
    content: {
      ...rest,
      ...(filename === undefined ? {} : { filename }),
      mime_type: media.mime_type,
      sha256: inBase64(media.sha256),
      id: media.id,
      url: downloadUrl(simulation, media),
    },
  }
}
