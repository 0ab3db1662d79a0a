import { connect } from 'node:net'

/** What came back for bytes that were sent: null where the connection was closed without an answer. */
export type RawAnswer = { status: number; headers: Record<string, string>; body: Buffer } | null

/**
 * Sends bytes on a connection of their own and reads the one answer. `finish`: whether our side of the connection is
 * closed behind the last byte, as for a request that breaks off.
 * @throws Error when there is neither an answer nor an end within `ms`
 */
export function exchange(
  url: string,
  bytes: Buffer,
  { finish = false, head = false, ms = 10_000 } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let received = Buffer.alloc(0)
    const timer = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer within ${ms} ms; received ${JSON.stringify(received.toString('latin1'))}`))
    }, ms)
    const end = (answer: RawAnswer) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(answer)
    }
    socket.on('connect', () => {
      socket.write(bytes)
      if (finish) socket.end()
    })
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const answer = readAnswer(received, head, false)
      if (answer) end(answer)
    })
    // A refusal may come while we are still writing; what could be read of it counts.
    socket.on('error', () => {})
    socket.on('close', () => end(readAnswer(received, head, true)))
  })
}

function readAnswer(received: Buffer, head: boolean, closed: boolean): RawAnswer {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return null
  const [statusLine = '', ...lines] = received.toString('latin1', 0, headEnd).split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0)
  const rest = received.subarray(headEnd + 4)
  if (status >= 100 && status < 200) return readAnswer(rest, head, closed)
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  if (head || status === 204) return { status, headers, body: Buffer.alloc(0) }
  const length = headers['content-length']
  if (length !== undefined) {
    return rest.length >= Number(length) ? { status, headers, body: rest.subarray(0, Number(length)) } : null
  }
  if (headers['transfer-encoding'] === 'chunked') {
    const body = readChunks(rest)
    return body && { status, headers, body }
  }
  return closed ? { status, headers, body: rest } : null
}

function readChunks(bytes: Buffer): Buffer | null {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    if (size === 0) return Buffer.concat(chunks)
    if (lineEnd + 2 + size > bytes.length) return null
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
}
