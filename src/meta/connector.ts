import net from 'node:net'
import tls from 'node:tls'
import type { buildConnector } from 'undici'
import type { Clock } from '../lib/clock.ts'

/**
 * No connection stands, so no byte of a request can have left. `stage`: the name or the address could not be reached;
 * time was up; it was reached and TLS failed.
 */
export class NotConnected extends Error {
  override name = 'NotConnected'
  readonly stage: 'unreachable' | 'timeout' | 'tls'

  constructor(stage: NotConnected['stage'], reason: string) {
    super(reason)
    this.stage = stage
  }
}

/**
 * Connects, TLS included, within `ms`, and says exactly how it failed. HTTP/1.1 alone is offered: there a connection
 * carries one request at a time, so what befalls it befalls no other, and no request is ever written a second time.
 */
export function createConnector(clock: Clock, ms: number): buildConnector.connector {
  /** The last TLS session with each host, to take up again. */
  const sessions = new Map<string, Buffer>()

  return ({ hostname, port, protocol }, callback) => {
    const secure = protocol === 'https:'
    const address = { host: hostname, port: Number(port) || (secure ? 443 : 80) }
    const place = `${hostname}:${address.port}`
    const session = sessions.get(place)
    const socket = secure
      ? tls.connect({
          ...address,
          servername: net.isIP(hostname) ? '' : hostname,
          ALPNProtocols: ['http/1.1'],
          ...(session && { session }),
        })
      : net.connect(address)
    let reached = false
    let ended = false
    const end = (failure: NotConnected | null) => {
      if (ended) return
      ended = true
      stop()
      if (!failure) return callback(null, socket)
      socket.destroy()
      callback(failure, null)
    }
    const stop = clock.after(ms, () => end(new NotConnected('timeout', 'no connection in time')))

    socket.setNoDelay(true).setKeepAlive(true, 60_000)
    // Stays for as long as the socket: what goes wrong later is also said to the client that uses it.
    socket.on('error', (error) => end(explain(error, secure && reached)))
    socket.once('close', () => end(new NotConnected(secure && reached ? 'tls' : 'unreachable', 'closed')))
    socket.once('connect', () => {
      reached = true
      if (!secure) end(null)
    })
    socket.once('secureConnect', () => end(null))
    socket.on('session', (next: Buffer) => sessions.set(place, next))
    return socket
  }
}

/** `inTls`: the address was reached. Where several addresses were tried, one that did not answer counts for all. */
function explain(error: Error & { code?: unknown }, inTls: boolean): NotConnected {
  const tried: Array<{ code?: unknown }> = error instanceof AggregateError ? error.errors : []
  const reason = String(error.code ?? error.message)
  if (inTls) return new NotConnected('tls', reason)
  const timedOut = [error, ...tried].some(({ code }) => code === 'ETIMEDOUT')
  return new NotConnected(timedOut ? 'timeout' : 'unreachable', reason)
}
