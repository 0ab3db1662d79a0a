import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Simulation } from '../simulation.ts'
import type { RequestFault } from './define.ts'

type Inflicted = { request: FastifyRequest; reply: FastifyReply; carryOut(): Promise<unknown> }

const PAGE = `<!DOCTYPE html>
<html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>
`

/** Lets a fault happen to a request. Waits in real time: it is sockets that wait. */
export async function inflict(simulation: Simulation, fault: RequestFault, inflicted: Inflicted): Promise<unknown> {
  const { request, reply, carryOut } = inflicted
  switch (fault.kind) {
    case 'refuse':
      reply.headers(fault.headers ?? {})
      throw fault.error
    case 'slow':
      await pause(simulation, fault.ms)
      return carryOut()
    case 'page':
      return reply.code(fault.status).type('text/html; charset=utf-8').send(PAGE)
    case 'reset':
    case 'silence':
      if (fault.after) await writtenAnswer(inflicted)
      reply.hijack()
      if (fault.kind === 'reset') request.raw.socket.resetAndDestroy()
      return reply
    default:
      return mangle(simulation, fault, inflicted, await writtenAnswer(inflicted))
  }
}

type Answer = { status: number; body: Buffer }

/** The request is carried out and its answer kept back. What Meta would refuse counts as an answer as well. */
async function writtenAnswer({ reply, carryOut }: Inflicted): Promise<Answer> {
  const answer = await carryOut()
  const body = answer === reply ? '' : JSON.stringify(answer)
  return { status: reply.statusCode, body: Buffer.from(body) }
}

function mangle(
  simulation: Simulation,
  fault: Extract<RequestFault, { kind: 'truncate' | 'drip' | 'garble' | 'empty' }>,
  { reply }: Inflicted,
  { status, body }: Answer,
): FastifyReply {
  const headers = { ...reply.getHeaders(), 'content-type': 'application/json; charset=UTF-8' } as Record<string, string>
  reply.hijack()
  const { raw } = reply
  if (fault.kind === 'empty') raw.writeHead(200, { ...headers, 'content-length': '0' }).end()
  if (fault.kind === 'garble') {
    raw.writeHead(status, { ...headers, 'content-encoding': 'gzip', 'content-length': String(body.length) }).end(body)
  }
  if (fault.kind === 'truncate') {
    raw.writeHead(status, { ...headers, 'content-length': String(body.length) })
    raw.write(body.subarray(0, body.length >> 1), () => raw.destroy())
  }
  if (fault.kind === 'drip') {
    raw.writeHead(status, { ...headers, 'content-length': String(body.length) })
    const drip = (at: number): void => {
      if (at >= body.length || raw.destroyed) return void raw.end()
      raw.write(body.subarray(at, at + fault.bytes))
      simulation.realClock.after(fault.every_ms, () => drip(at + fault.bytes))
    }
    drip(0)
  }
  return reply
}

function pause({ realClock }: Simulation, ms: number): Promise<void> {
  return new Promise((resolve) => realClock.after(ms, resolve))
}
