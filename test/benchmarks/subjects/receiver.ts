import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { report } from './report.ts'

/** A business that acknowledges every webhook at once, and says how many came when asked at /. */
let count = 0
const server = createServer((request, response) => {
  if (request.method === 'GET') return response.end(String(count))
  request.resume()
  return request.on('end', () => {
    count += 1
    response.writeHead(200, { 'content-length': 0 }).end()
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
