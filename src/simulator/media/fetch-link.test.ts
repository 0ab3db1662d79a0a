import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSimulator } from '../testing/test-simulator.ts'

const visits: string[] = []
const server = createServer((request, response) => {
  visits.push(request.url ?? '')
  if (request.url === '/moved') response.writeHead(302, { location: '/a.png' }).end()
  else if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
  else if (request.url?.startsWith('/a.png')) response.writeHead(200, { 'content-type': 'image/png' }).end('picture')
  else if (request.url === '/huge')
    response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(6_000_000))
  else response.writeHead(404).end()
})
let origin = ''
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

test.each([
  ['/a.png', 'sent', undefined],
  ['/moved', 'sent', undefined],
  [
    '/page',
    'failed',
    /^Unsupported Image mime type text\/html. Please use one of image\/jpeg, image\/png, image\/webp\.$/,
  ],
  ['/none', 'failed', /http code 404/],
  ['/huge', 'failed', /larger than/],
])('a link to %s ends as %s', async (path, expected, details) => {
  await using simulator = await startTestSimulator({ settings: { fetch_links: true } })
  await simulator.customerSays('Hello')
  const sent = await simulator.send({ type: 'image', image: { link: `${origin}${path}` } })
  expect(sent.status).toBe(200)
  await simulator.control('POST', '/clock/advance', { ms: 600 })
  const [status] = await simulator.statuses(sent.body.messages[0].id, 1)
  expect(status?.status).toBe(expected)
  if (details)
    expect(status?.errors[0]).toMatchObject({ code: 131053, error_data: { details: expect.stringMatching(details) } })
  else expect((await simulator.phone()).messages[1]?.media).toMatchObject([{ mime_type: 'image/png', size: 7 }])
})

test('a link is fetched again only after ten minutes or under another text', async () => {
  await using simulator = await startTestSimulator({ settings: { fetch_links: true } })
  await simulator.customerSays('Hello')
  const send = async (path: string) => {
    const sent = await simulator.send({ type: 'image', image: { link: `${origin}${path}` } })
    await simulator.clock.advance(200)
    await simulator.statuses(sent.body.messages[0].id, 1)
  }
  visits.length = 0
  await send('/a.png')
  await send('/a.png')
  await send('/a.png?2')
  expect(visits).toEqual(['/a.png', '/a.png?2'])
  await simulator.clock.advance(10 * 60_000)
  await send('/a.png')
  expect(visits).toHaveLength(3)
})

test('without the switch no link is ever fetched', async () => {
  await using simulator = await startTestSimulator()
  await simulator.customerSays('Hello')
  visits.length = 0
  const sent = await simulator.send({ type: 'image', image: { link: `${origin}/none` } })
  await simulator.clock.advance(2000)
  expect((await simulator.statuses(sent.body.messages[0].id, 3)).map((status) => status.status)).toContain('read')
  expect(visits).toEqual([])
})
