import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { type Answer, write, writeTaken } from './fault-server.ts'

/**
 * What goes wrong once a request has reached Meta, and what must come of it. `send`: the answer to a send, where `body`
 * is a code of ours or `same`, Meta's bytes; `read`: the status of a GET, and how often Meta is asked in all.
 */
export type UpstreamFault = {
  fault: number | null
  title: string
  answer: Answer
  send: { status: number; body: 'same' | 'outcome_in_doubt'; outcome: 'accepted' | 'rejected' | 'in_doubt' }
  read: { status: number; tries: number }
  /** Meta's bytes, where they are to come back. */
  body?: string
}

const DOUBT = { status: 502, body: 'outcome_in_doubt', outcome: 'in_doubt' } as const
const LATE = { ...DOUBT, status: 504 } as const
const TAKEN = { status: 200, body: 'same', outcome: 'accepted' } as const
const once = (status: number) => ({ status, tries: 1 })
const thrice = (status: number) => ({ status, tries: 3 })

/** The clock of the test runs so many times faster. */
export const QUICKER = 20
const SECOND = 1000 / QUICKER
const LIMIT = 5 * 1024 * 1024

/** In a writing that only bytes passed on untouched still have. */
const error = (code: number) => `{"error" :{"message":"(#${code}) \u006eo, nó", "type":"OAuthException","code":${code}}}
`
const answers =
  (status: number, body: string | Buffer, headers?: Record<string, string>): Answer =>
  (socket) =>
    write(socket, status, body, headers)
const says =
  (text: string, then: (socket: Socket) => void = () => {}): Answer =>
  (socket) => {
    socket.write(text)
    then(socket)
  }
const end = (socket: Socket) => socket.end()
const head = (length: number) =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`
const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'
const taken = '{"messages":[{"id":"wamid.A"}]}'

/** A byte a second, for as long as anybody listens. */
const drips =
  (text: string): Answer =>
  (socket) => {
    let at = 0
    const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), SECOND)
    socket.once('close', () => clearInterval(timer))
  }

const row = (
  fault: UpstreamFault['fault'],
  title: string,
  send: UpstreamFault['send'],
  read: UpstreamFault['read'],
  answer: Answer,
): UpstreamFault => ({ fault, title, send, read, answer })

/** An error that Meta itself answers with, which comes back as it is. */
const refusal = (
  fault: number,
  title: string,
  status: number,
  code: number,
  outcome: 'rejected' | 'in_doubt',
  headers?: Record<string, string>,
): UpstreamFault => ({
  ...row(fault, title, { status, body: 'same', outcome }, once(status), answers(status, error(code), headers)),
  body: error(code),
})

export const upstreamFaults = [
  row(5, 'reset before any byte of an answer', DOUBT, thrice(502), (socket) => socket.resetAndDestroy()),
  row(5, 'closed before any byte of an answer', DOUBT, thrice(502), end),
  row(7, 'no answer until the deadline', LATE, thrice(504), () => {}),
  row(8, 'the head of an answer, then silence', LATE, thrice(504), says(head(100))),
  row(9, 'a byte of the body each second', LATE, thrice(504), (socket, request) => {
    socket.write(head(1000))
    drips(taken)(socket, request)
  }),
  row(9, 'a byte of the head each second', LATE, thrice(504), drips(head(1000))),
  row(10, '200 with a body shorter than its length', DOUBT, thrice(502), says(`${head(500)}${taken}`, end)),
  row(10, '200 with the last chunk missing', DOUBT, thrice(502), says(`${chunked}1f\r\n${taken}\r\n`, end)),
  row(11, '200 with broken JSON', DOUBT, once(200), answers(200, taken.slice(0, 20))),
  row(11, '200 with HTML', DOUBT, once(200), answers(200, '<html>Welcome</html>', { 'Content-Type': 'text/html' })),
  row(11, '200 with nothing', DOUBT, once(200), answers(200, '')),
  row(12, '200 without a message id', DOUBT, once(200), answers(200, '{"messaging_product":"whatsapp","messages":[]}')),
  row(12, "200 with an error of Meta's", DOUBT, once(200), answers(200, error(131009))),
  refusal(13, '400 with code 100', 400, 100, 'rejected'),
  refusal(13, '400 with code 131009', 400, 131009, 'rejected'),
  refusal(13, '404 with code 132001', 404, 132001, 'rejected'),
  refusal(14, '401 with code 190', 401, 190, 'rejected'),
  refusal(15, '403 with code 10', 403, 10, 'rejected'),
  refusal(15, '404 with code 33', 404, 33, 'rejected'),
  refusal(16, '429 with code 130429 and Retry-After', 429, 130429, 'rejected', { 'Retry-After': '7' }),
  refusal(17, '400 with code 131056 (pair limit)', 400, 131056, 'rejected'),
  refusal(18, "500 with an error of Meta's", 500, 131000, 'in_doubt'),
  refusal(18, "503 with an error of Meta's", 503, 100, 'in_doubt'),
  refusal(18, '400 with code 131000, which proves nothing', 400, 131000, 'in_doubt'),
  row(19, '500 with HTML', { ...DOUBT, status: 500 }, thrice(500), answers(500, '<html>')),
  row(19, '503 with nothing', { ...DOUBT, status: 503 }, thrice(503), answers(503, '')),
  row(20, '302 to another address', DOUBT, once(502), answers(302, '', { Location: '/elsewhere' })),
  row(20, '307 to another address', DOUBT, once(502), answers(307, error(100), { Location: '/elsewhere' })),
  row(21, 'an answer that says it is over 5 MB', DOUBT, once(502), says(head(LIMIT + 1))),
  row(
    21,
    'an answer that turns out to be over 5 MB',
    DOUBT,
    once(502),
    says(`${chunked}600000\r\n`, (socket) => socket.write(Buffer.alloc(0x600000, 0x20))),
  ),
  row(
    22,
    'a content encoding that nobody asked for',
    DOUBT,
    once(502),
    answers(200, gzipSync(taken), { 'Content-Encoding': 'gzip' }),
  ),
  row(22, 'a content encoding that is none', DOUBT, once(502), answers(200, taken, { 'Content-Encoding': 'sloth' })),
  row(
    22,
    'a compression bomb',
    DOUBT,
    once(502),
    answers(200, gzipSync(Buffer.alloc(20 * LIMIT)), { 'Content-Encoding': 'gzip' }),
  ),
  row(23, 'a bad status line', DOUBT, once(502), says('HTTP/1.1 OK\r\n\r\n')),
  row(23, 'another protocol', DOUBT, once(502), says('SSH-2.0-OpenSSH_9.6\r\n')),
  row(
    23,
    'more headers than 64 kB',
    DOUBT,
    once(502),
    says(`HTTP/1.1 200 OK\r\n${'x-filler: 12345678901234567890\r\n'.repeat(3000)}`),
  ),
  row(
    23,
    'two lengths that differ',
    DOUBT,
    once(502),
    says(`HTTP/1.1 200 OK\r\nContent-Length: 31\r\nContent-Length: 5\r\n\r\n${taken}`),
  ),
  row(
    23,
    'a length beside chunks',
    DOUBT,
    once(502),
    says(`HTTP/1.1 200 OK\r\nContent-Length: 31\r\nTransfer-Encoding: chunked\r\n\r\n1f\r\n${taken}\r\n0\r\n\r\n`),
  ),
  row(23, 'chunks that are none', DOUBT, once(502), says(`${chunked}zz\r\n${taken}`)),
  row(null, "4xx without an error of Meta's", DOUBT, once(404), answers(404, '<html>Not found</html>')),
  row(null, '204', DOUBT, once(204), says('HTTP/1.1 204 No Content\r\n\r\n')),
  row(null, '304', DOUBT, once(502), says('HTTP/1.1 304 Not Modified\r\n\r\n')),
  row(null, '103, then a good answer', TAKEN, once(200), (socket, request) => {
    socket.write('HTTP/1.1 103 Early Hints\r\n\r\n')
    writeTaken(socket, request)
  }),
  row(
    null,
    '101, a change of protocol',
    DOUBT,
    thrice(502),
    says('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ),
  // In one piece with it: what comes when the next request is on its way would be taken for that one's answer.
  row(null, 'a good answer with bytes behind its end', TAKEN, once(200), says(`${head(taken.length)}${taken}and more`)),
  row(
    null,
    'a good answer with a header in UTF-8',
    TAKEN,
    once(200),
    answers(200, taken, { 'x-fb-debug': Buffer.from('€').toString('latin1') }),
  ),
]
