import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { ApiError, type ErrorCode, flatBody } from '../errors.ts'

/**
 * Some requests Node would refuse by itself, with an empty body or by hanging up: HTTP/1.1 without a Host, an Expect
 * that nobody knows, CONNECT. They get their refusal in JSON, as every other does. Needs `requireHostHeader: false`.
 */
export function refuseInJson(app: FastifyInstance): void {
  app.addHook('onRequest', ({ raw }, _reply, done) => {
    // HTTP/1.0 knows no Host; probes still speak it.
    const missing = raw.headers.host === undefined && raw.httpVersion === '1.1'
    done(missing ? new ApiError('bad_request', '(#100) The Host header is missing.') : undefined)
  })
  const server: Server = app.server
  server.on('checkExpectation', (_request, response) => {
    const { status, text } = refusal('bad_request', 'Nothing is known of this Expect header.', 417)
    response.writeHead(status, { 'content-type': TYPE, connection: 'close' }).end(text)
  })
  server.on('connect', (_request, socket) => {
    const { status, text } = refusal('bad_request', 'This is no tunnel.', 405)
    socket.on('error', () => {})
    socket.end(
      `HTTP/1.1 ${status} Refused\r\ncontent-type: ${TYPE}\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`,
    )
  })
}

const TYPE = 'application/json; charset=utf-8'

function refusal(code: ErrorCode, message: string, status: number) {
  return { status, text: JSON.stringify(flatBody(new ApiError(code, message, { status }))) }
}
