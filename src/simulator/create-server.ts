import type { Socket } from 'node:net'
import fastify, { type FastifyInstance } from 'fastify'
import { controlSurface, renderControlError } from './control/surface.ts'
import { renderError } from './graph/render-error.ts'
import { graphSurface } from './graph/surface.ts'
import type { Simulation } from './simulation.ts'

const CONTROL = '/simulator/v1'
const BODY_LIMIT = 110 * 1024 * 1024

/** The server of both surfaces. `key`: of the control API. */
export function createServer(simulation: Simulation, key: string): FastifyInstance {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
    clientErrorHandler: (_error, socket) => refuseBytes(simulation, socket),
    // A path that cannot be decoded has no route yet; whose it is shows by how it begins.
    frameworkErrors: (error, request, reply) =>
      request.url.startsWith(CONTROL) ? renderControlError(error, reply) : renderError(simulation, error, reply),
    // HTTP/1.1 without a Host is answered like everything else.
    http: { requireHostHeader: false },
  })
  // Bodies stay bytes: each surface reads them by its own rules. Uploads stay streams.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null))
  app.register(async (scope) => controlSurface(scope, simulation, key), { prefix: CONTROL })
  graphSurface(app, simulation)
  return app
}

// Bytes that are no HTTP never become a request; they too get Meta's envelope rather than nothing.
function refuseBytes({ ids }: Simulation, socket: Socket): void {
  if (!socket.writable) return
  const error = { message: 'Malformed request', type: 'OAuthException', code: 100, fbtrace_id: ids.trace() }
  const body = JSON.stringify({ error })
  const head = 'HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close'
  socket.end(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}
