import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * Stands in front of a server, on a port that it keeps, so that the server can go away and come back for those who know
 * it by that port. What has been passed on by then stays with the server.
 */
export async function startForwarder() {
  let target = { hostname: '127.0.0.1', port: 0 }
  let silent = false
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const upstream = connect(target.port, target.hostname)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true).on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      from.on('data', (chunk) => {
        if (!silent) to.write(chunk)
      })
    }
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo

  /** Nobody listens any more, and every connection ends: by a reset, or politely. */
  async function goAway(how: 'reset' | 'end'): Promise<void> {
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    }
    await closed
  }

  return {
    url: `http://127.0.0.1:${port}`,
    /** From now on in front of this server. */
    to(url: string) {
      const { hostname, port } = new URL(url)
      target = { hostname, port: Number(port) }
    },
    /** Connections stay, and nothing passes any more in either direction, until it goes away. */
    hush() {
      silent = true
    },
    goAway,
    async comeBack(): Promise<void> {
      silent = false
      await listen(port)
    },
    async [Symbol.asyncDispose]() {
      if (server.listening) await goAway('reset')
    },
  }
}
