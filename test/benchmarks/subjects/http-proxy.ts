import proxy from '@fastify/http-proxy'
import fastify from 'fastify'
import { report } from './report.ts'

/** @fastify/http-proxy, as it comes. */
const app = fastify()
app.register(proxy, { upstream: process.argv[2] ?? '', undici: { connections: 256 } })
report(await app.listen({ host: '127.0.0.1', port: 0 }))
