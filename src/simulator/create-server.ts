import type { Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { controlSurface } from './control/surface.ts'
import { renderError } from './graph/render-error.ts'
import { graphSurface } from './graph/surface.ts'
import type { Simulation } from './simulation.ts'

const BODY_LIMIT = 110 * 1024 * 1024

/** The server of both surfaces. `key`: of the control API. */
export function createServer(simulation: Simulation, key: string): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    clientErrorHandler: (_error, socket) => refuseBytes(socket),
    frameworkErrors: (error, request, reply) => renderError(simulation, error, request, reply),
  })
  // Bodies stay bytes: each surface reads them by its own rules. Uploads stay streams.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null))
  app.register(async (scope) => controlSurface(scope, simulation, key), { prefix: '/simulator/v1' })
  graphSurface(app, simulation)
  return app
}

// Bytes that are no HTTP never become a request; they too get Meta's envelope rather than nothing.
function refuseBytes(socket: Socket): void {
  if (!socket.writable) return
  const body = JSON.stringify({ error: { message: 'Malformed request', type: 'OAuthException', code: 100 } })
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close'
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}
