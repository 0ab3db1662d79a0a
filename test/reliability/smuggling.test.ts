import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { startCapturingGraph } from '../support/capturing-graph.ts'
import { NUMBER, startGateway } from '../support/start-gateway.ts'

const BODY = JSON.stringify({ to: '15551234567', type: 'text', text: { body: 'first' } })
const CHUNKED = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`
const LENGTH = `Content-Length: ${BODY.length}`

/** Framing that two readers may read differently: the head's lines, and the body that comes with them. */
const vectors: Array<[name: string, headers: string[], body: string]> = [
  ['length and chunked', [LENGTH, 'Transfer-Encoding: chunked'], CHUNKED],
  ['chunked and length', ['Transfer-Encoding: chunked', LENGTH], CHUNKED],
  ['length 0 and chunked', ['Content-Length: 0', 'Transfer-Encoding: chunked'], CHUNKED],
  ['two lengths that differ', [LENGTH, 'Content-Length: 0'], BODY],
  ['two lengths alike', [LENGTH, LENGTH], BODY],
  ['two lengths in one line', [`Content-Length: ${BODY.length}, ${BODY.length}`], BODY],
  ['a length with a sign', [`Content-Length: +${BODY.length}`], BODY],
  ['a negative length', ['Content-Length: -1'], BODY],
  ['a length in hexadecimal', [`Content-Length: 0x${BODY.length.toString(16)}`], BODY],
  ['a length with a blank inside', ['Content-Length: 1 0'], BODY],
  ['a length beyond 64 bits', ['Content-Length: 99999999999999999999999'], BODY],
  ['a blank before the colon', [`Content-Length : ${BODY.length}`], BODY],
  ['a blank before the colon of chunked', ['Transfer-Encoding : chunked'], CHUNKED],
  ['chunked that is not last', ['Transfer-Encoding: chunked, identity'], CHUNKED],
  ['an unknown coding', ['Transfer-Encoding: xchunked'], CHUNKED],
  ['chunked and length, a tab between', ['Transfer-Encoding:\tchunked', LENGTH], CHUNKED],
  ['a folded header', ['X-Folded: a', ' Transfer-Encoding: chunked', 'Transfer-Encoding: chunked', LENGTH], CHUNKED],
  ['a line that ends in a bare LF', [`Content-Length: 0\nTransfer-Encoding: chunked`], CHUNKED],
  ['a header with a bare CR', [`X-A: b\rTransfer-Encoding: chunked`, LENGTH], BODY],
  ['a chunk size that is none', ['Transfer-Encoding: chunked'], `zz\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size with a sign', ['Transfer-Encoding: chunked'], `+${CHUNKED}`],
  ['a chunk longer than its size', ['Transfer-Encoding: chunked'], `5\r\n${BODY}\r\n0\r\n\r\n`],
  ['a chunk size beyond 64 bits', ['Transfer-Encoding: chunked'], `fffffffffffffffff\r\n${BODY}\r\n0\r\n\r\n`],
  ['a header of NUL', [`X-A: \0`, LENGTH], BODY],
]

test.each(vectors)(
  '%s: refused with 400, the connection is closed, and nothing behind it is a request',
  async (_name, headers, body) => {
    await using graph = await startCapturingGraph()
    await using gateway = await startGateway({ graphUrl: graph.url })
    graph.requests.length = 0
    const line = `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1`
    const own = ['Host: gateway', `X-API-Key: ${gateway.api_key}`]
    const behind = `${[line, ...own, LENGTH].join('\r\n')}\r\n\r\n${BODY}`

    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
    let answers = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      answers += chunk
    })
    socket.write(`${[line, ...own, ...headers].join('\r\n')}\r\n\r\n${body}${behind}`)
    await once(socket, 'close')

    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
    expect(answers.toLowerCase()).toContain('connection: close')
    expect(answers).toMatch(/\r\n\r\n\{"error":/)
    expect(graph.requests.map(({ url }) => url)).toEqual([])
  },
)

test('what is broken behind a good request does not take its answer', async () => {
  await using graph = await startCapturingGraph()
  graph.answers(async (request) => {
    await new Promise((resolve) => setTimeout(resolve, 300))
    return graph.accept(request)
  })
  await using gateway = await startGateway({ graphUrl: graph.url })
  const head = [
    `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1`,
    'Host: gateway',
    `X-API-Key: ${gateway.api_key}`,
    LENGTH,
  ]
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1')
  let answers = ''
  socket.on('data', (chunk) => {
    answers += chunk
  })
  socket.write(`${head.join('\r\n')}\r\n\r\n${BODY}BROKEN / NONSENSE\r\n\r\n`)
  await once(socket, 'close')
  expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200'])
  expect(answers).toContain('wamid.')
})
