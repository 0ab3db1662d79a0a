import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { report } from './report.ts'

/**
 * A Meta that takes every send at once, with an id of its own and the headers that Meta sends, and takes in uploads.
 * Arguments: a key and a certificate, for TLS. It writes sockets by hand, so that it is quicker than what is measured.
 */
const [key, certificate] = process.argv.slice(2)
const server =
  key && certificate
    ? createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, serve)
    : createServer(serve)
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  report(key ? `https://localhost:${port}` : `http://127.0.0.1:${port}`)
})

/** How much of a request is kept to be read. Bytes. */
const READ = 4096

function serve(socket: Socket): void {
  let read = ''
  /** Bytes of the body that are still to come; 'chunks' when nobody said how many; null between requests. */
  let missing: number | 'chunks' | null = null
  socket.setNoDelay()
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    if (read.length < READ) read += chunk.toString('latin1')
    if (missing === null) {
      const end = read.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = /content-length: *(\d+)/i.exec(read)
      missing = length ? Number(length[1]) - (read.length - end - 4) : 'chunks'
    } else if (missing !== 'chunks') {
      missing -= chunk.length
    }
    // What comes in chunks is short enough to have been read whole.
    if (missing === 'chunks' ? !read.endsWith('\r\n0\r\n\r\n') : missing > 0) return
    socket.write(answerTo(read))
    read = ''
    missing = null
  })
}

const wamids = randomBytes(8).toString('hex')
let count = 0

function answerTo(request: string): string {
  count += 1
  const to = /"to": *"(\d+)"/.exec(request)?.[1]
  const wamid = Buffer.from(`${to}\x15\x02\0\x11\x18\x12${wamids}${count}`, 'latin1').toString('base64')
  const body = to
    ? `{"messaging_product":"whatsapp","contacts":[{"input":"${to}","wa_id":"${to}"}],"messages":[{"id":"wamid.HBgL${wamid}"}]}`
    : '{"id":"1037001122334455"}'
  return (
    'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nVary: Accept-Encoding\r\n' +
    'x-app-usage: {"call_count":1,"total_cputime":0,"total_time":0}\r\nfacebook-api-version: v24.0\r\n' +
    'Strict-Transport-Security: max-age=15552000; preload\r\nPragma: no-cache\r\n' +
    'Cache-Control: private, no-cache, no-store, must-revalidate\r\nExpires: Sat, 01 Jan 2000 00:00:00 GMT\r\n' +
    `x-fb-request-id: A${wamids}${count}\r\nx-fb-trace-id: Hk${count}\r\nx-fb-rev: 1029384756\r\n` +
    `Connection: keep-alive\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}
