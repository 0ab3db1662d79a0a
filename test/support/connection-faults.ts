import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { startFaultServer, writeTaken } from './fault-server.ts'
import { makeCertificate } from './make-certificate.ts'

/** A place that requests cannot reach. `connections`: how many have been begun, where somebody is there to count. */
type Place = AsyncDisposable & { url: string; connections: (() => number) | null }

/** What goes wrong before a request can leave, and what a send comes to; it is never in doubt. */
export type ConnectionFault = {
  fault: number
  title: string
  start(): Promise<Place>
  /** `tries`: in all. A read always has three. */
  send: { status: number; tries: number }
}

/** getaddrinfo refuses a label of 64 letters without asking anybody. */
const NO_NAME = `http://${'a'.repeat(64)}.invalid`

export const connectionFaults: ConnectionFault[] = [
  {
    fault: 1,
    title: 'the name does not resolve',
    start: async () => ({ url: NO_NAME, connections: null, [Symbol.asyncDispose]: async () => {} }),
    send: { status: 502, tries: 3 },
  },
  {
    fault: 2,
    title: 'the connection is refused',
    async start() {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      const { port } = server.address() as AddressInfo
      server.close()
      return { url: `http://127.0.0.1:${port}`, connections: null, [Symbol.asyncDispose]: async () => {} }
    },
    send: { status: 502, tries: 3 },
  },
  {
    fault: 3,
    title: 'no connection, TLS included, within 5 s',
    start: () => overTls(startFaultServer({ answer: () => {} })),
    send: { status: 504, tries: 2 },
  },
  {
    fault: 4,
    title: 'a certificate of somebody unknown',
    start: () => startFaultServer({ answer: writeTaken, certificate: makeCertificate('127.0.0.1') }),
    send: { status: 502, tries: 1 },
  },
  {
    fault: 4,
    title: 'a certificate out of date',
    start: () => startFaultServer({ answer: writeTaken, certificate: makeCertificate('127.0.0.1', { expired: true }) }),
    send: { status: 502, tries: 1 },
  },
  {
    fault: 4,
    title: 'the TLS handshake is cut',
    start: () => overTls(startFaultServer({ answer: () => {}, greet: (socket) => socket.resetAndDestroy() })),
    send: { status: 502, tries: 1 },
  },
]

/** A server that speaks no TLS, asked in TLS. */
async function overTls(started: ReturnType<typeof startFaultServer>): Promise<Place> {
  const server = await started
  return { ...server, url: server.url.replace('http:', 'https:') }
}
