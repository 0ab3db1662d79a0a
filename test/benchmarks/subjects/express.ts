import type { AddressInfo } from 'node:net'
// @ts-expect-error: no types are installed for what stands here for comparison only
import express from 'express'
import { report } from './report.ts'

/** Express and fetch, as people write a forwarding by hand. */
const upstream = process.argv[2] ?? ''
const app = express()
app.use(express.json())
app.post(
  '/*path',
  async (
    request: { originalUrl: string; body: unknown },
    response: { status(code: number): { json(body: unknown): void } },
  ) => {
    const answer = await fetch(`${upstream}${request.originalUrl}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer token' },
      body: JSON.stringify(request.body),
    })
    response.status(answer.status).json(await answer.json())
  },
)
const server = app.listen(0, '127.0.0.1', () => report(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
