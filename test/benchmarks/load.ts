import { connect, type Socket } from 'node:net'

/**
 * Sends as fast as answers come, over `connections` kept-alive sockets, until `ms` have passed. Each socket sends the
 * bytes that `request` makes for it. Gives how many were answered with 200, and how many otherwise.
 */
export async function load(
  url: string,
  { connections, ms, request }: { connections: number; ms: number; request: (connection: number) => Buffer },
): Promise<{ answered: number; failed: number; seconds: number }> {
  const { hostname, port } = new URL(url)
  const until = performance.now() + ms
  const started = performance.now()
  const counts = await Promise.all(
    Array.from({ length: connections }, (_, index) => drive(connect(Number(port), hostname), request(index), until)),
  )
  return {
    answered: counts.reduce((sum, { answered }) => sum + answered, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    seconds: (performance.now() - started) / 1000,
  }
}

function drive(socket: Socket, bytes: Buffer, until: number): Promise<{ answered: number; failed: number }> {
  return new Promise((resolve, reject) => {
    let answered = 0
    let failed = 0
    let pending = Buffer.alloc(0)
    const send = () => (performance.now() < until ? socket.write(bytes) : socket.end())
    socket.setNoDelay()
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => resolve({ answered, failed }))
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      const size = answerSize(pending)
      if (size === null || pending.length < size) return
      if (pending.subarray(9, 12).toString('latin1') === '200') answered += 1
      else failed += 1
      pending = pending.subarray(size)
      send()
    })
  })
}

/** Bytes of the answer that starts here, or null while its head is incomplete. */
function answerSize(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))
  if (!length) throw new Error('the load generator reads answers with a content-length only')
  return end + 4 + Number(length[1])
}
