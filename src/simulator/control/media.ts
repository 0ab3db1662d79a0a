import { createReadStream } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import type { Simulation } from '../simulation.ts'
import { ControlError } from './error.ts'

export function mediaRoutes(app: FastifyInstance, simulation: Simulation): void {
  app.get<{ Params: { id: string } }>('/media/:id', (request, reply) => {
    const media = simulation.media.find(request.params.id)
    if (!media) throw new ControlError(404, 'No media has this id.')
    return reply
      .header('content-type', media.mime_type)
      .header('content-length', media.size)
      .send(createReadStream(media.file))
  })
}
