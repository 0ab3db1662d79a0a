import { createReadStream } from 'node:fs'
import { z } from 'zod'
import { defineRoute } from './define.ts'
import { found } from './error.ts'
import { withIsoTimes } from './iso-times.ts'

const params = z.object({ id: z.string() })

export const readFile = defineRoute({
  method: 'GET',
  path: '/media/{id}',
  summary: 'The bytes of a file on a phone',
  params,
  answers: 'The file, with its own type',
  handle(simulation, { params }, reply) {
    const media = found(simulation.media.find(params.id), 'media')
    return reply
      .header('content-type', media.mime_type)
      .header('content-length', media.size)
      .send(createReadStream(media.file))
  },
})

export const changeFile = defineRoute({
  method: 'PATCH',
  path: '/media/{id}',
  summary: 'A file expires, or Meta tells a wrong type or hash of it',
  params,
  body: z.strictObject({
    expired: z.literal(true).optional(),
    mime_type: z.string().min(3).max(200).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits')
      .optional(),
  }),
  answers: 'The media',
  handle(simulation, { params, body }) {
    const media = found(simulation.media.find(params.id), 'media')
    const { expired, ...rest } = body
    Object.assign(media, rest)
    if (expired) media.expires_at = simulation.now()
    const { file: _, ...view } = media
    return withIsoTimes(view)
  },
})
