import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Captured = {
  method: string
  url: string
  headers: Record<string, string>
  rawHeaders: string[]
  body: Buffer
}

/** What to answer: a status with a JSON body or bytes, or `reset`, which cuts the connection. */
export type GraphReply = { status?: number; headers?: Record<string, string>; body?: unknown } | 'reset'

/** A Graph API that writes down, byte for byte, what reaches it, and answers what it is told. */
export async function startCapturingGraph() {
  const requests: Captured[] = []
  let sends = 0
  let reply: (request: Captured) => GraphReply | Promise<GraphReply> = accept

  function accept(request: Captured): GraphReply {
    if (request.method !== 'POST') return { body: { id: '0' } }
    sends += 1
    const { to } = JSON.parse(request.body.toString('utf8') || '{}')
    return {
      body: {
        messaging_product: 'whatsapp',
        contacts: [{ input: String(to), wa_id: String(to).replace(/\D/g, '') }],
        messages: [{ id: `wamid.TEST${sends}` }],
      },
    }
  }

  const server = createServer(async (request, response) => {
    const captured = await capture(request)
    requests.push(captured)
    const answer = await reply(captured)
    if (answer === 'reset') {
      request.socket.destroy()
      return
    }
    const { status = 200, headers = {}, body = {} } = answer
    const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body)
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers }).end(bytes)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    /** From now on answers with this. */
    answers(next: typeof reply | GraphReply) {
      reply = typeof next === 'function' ? next : () => next
    },
    accept,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function capture(request: IncomingMessage): Promise<Captured> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    headers: request.headers as Record<string, string>,
    rawHeaders: request.rawHeaders.filter((_value, index) => index % 2 === 0),
    body: Buffer.concat(chunks),
  }
}
