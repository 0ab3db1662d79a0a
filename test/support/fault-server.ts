import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

/** A request whose last byte has come. `mark`: the text `mark--…` that a test wrote into its path or its body. */
export type Arrived = { method: string; path: string; body: Buffer; mark: string | null }

export type Answer = (socket: Socket, request: Arrived) => void

/** One server on bare sockets, which may answer anything or nothing. */
export async function startFaultServer({
  answer,
  certificate,
  greet,
}: {
  answer: Answer
  /** What is done with the first bytes of a connection, whatever they are. */
  greet?: (socket: Socket) => void
  /** Speaks TLS with this one. */
  certificate?: { key: string; cert: string }
}) {
  const arrived: Arrived[] = []
  const open = new Set<Socket>()
  let connections = 0

  function serve(socket: Socket): void {
    let unread = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => {
      unread = Buffer.concat([unread, bytes])
      for (let taken = takeRequest(unread); taken; taken = takeRequest(unread)) {
        unread = unread.subarray(taken.length)
        arrived.push(taken.request)
        answer(socket, taken.request)
      }
    })
  }

  const server: Server = certificate ? createTlsServer(certificate, serve) : createServer(serve)
  server.on('tlsClientError', () => {})
  server.on('connection', (socket: Socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => open.delete(socket))
    if (greet) socket.once('data', () => greet(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    port,
    url: `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`,
    arrived,
    /** How often a request with this mark has come. */
    times: (mark: string) => arrived.filter((request) => request.mark === mark).length,
    /** Connections that are open now. */
    open,
    /** Connections there have been. */
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The first whole request in these bytes and how many of them it takes. */
function takeRequest(bytes: Buffer): { request: Arrived; length: number } | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const length = end + 4 + Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  if (bytes.length < length) return null
  const [method = '', path = ''] = head.split(' ', 2)
  const body = Buffer.from(bytes.subarray(end + 4, length))
  const mark = /mark--[\w-]+/.exec(`${path} ${body.toString('latin1')}`)?.[0] ?? null
  return { request: { method, path, body, mark }, length }
}

/** An answer as Meta writes one. */
export function write(
  socket: Socket,
  status: number | string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(body)
  const all = {
    'Content-Type': 'application/json; charset=UTF-8',
    'x-fb-trace-id': 'Trace',
    'Content-Length': String(bytes.length),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`, 'latin1'), bytes]))
}

/** What Meta says when it has taken a message, got what was sent or done what was asked. */
export function writeTaken(socket: Socket, { method, path, mark }: Arrived): void {
  const sent = method === 'POST' && /messages$/.test(path)
  const taken = {
    messaging_product: 'whatsapp',
    contacts: [{ input: '1', wa_id: '15551234567' }],
    messages: [{ id: `wamid.${mark}` }],
  }
  write(socket, 200, JSON.stringify(sent ? taken : { id: '1037001122334455', success: true }))
}
