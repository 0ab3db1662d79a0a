import fastify from 'fastify'
import { Pool } from 'undici'
import { report } from './report.ts'

/** Fastify and undici, passing a body on and an answer back, storing nothing. */
const pool = new Pool(process.argv[2] ?? '', { connections: 256 })
const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/*', async (request, reply) => {
  const answer = await pool.request({
    method: 'POST',
    path: request.url,
    headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
    body: request.body as Buffer,
  })
  reply.code(answer.statusCode).header('content-type', 'application/json')
  return Buffer.from(await answer.body.arrayBuffer())
})
report(await app.listen({ host: '127.0.0.1', port: 0 }))
