import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Delivery = {
  raw: string
  headers: IncomingHttpHeaders
  /** SHA-256, then SHA-1. */
  validSignatures: [boolean, boolean]
  answered: number
}

export type WebhookReceiver = {
  url: string
  /** The token the handshake must carry. */
  verifyToken: string
  deliveries: Delivery[]
  /** Resolves once `condition` holds; a second of silence fails the test. */
  until(condition: () => boolean): Promise<void>
  waitFor(count: number): Promise<Delivery[]>
  /** Every entry of this kind in the `messages` webhooks received. */
  // biome-ignore lint/suspicious/noExplicitAny: entries are read member by member in tests.
  values(kind: 'messages' | 'statuses'): Record<string, any>[]
  close(): Promise<void>
}

/** A business that listens for webhooks. `answers`: the statuses of its first answers; 200 after them. */
export async function startReceiver(secret: string, answers: number[] = []): Promise<WebhookReceiver> {
  const deliveries: Delivery[] = []
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return answerHandshake(request, receiver.verifyToken, response)
    const raw = await read(request)
    const answered = answers[deliveries.length] ?? 200
    const signed = (algorithm: string) => createHmac(algorithm, secret).update(raw).digest('hex')
    deliveries.push({
      raw: raw.toString('latin1'),
      headers: request.headers,
      validSignatures: [
        request.headers['x-hub-signature-256'] === `sha256=${signed('sha256')}`,
        request.headers['x-hub-signature'] === `sha1=${signed('sha1')}`,
      ],
      answered,
    })
    response.writeHead(answered).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    verifyToken: 'verify-me',
    deliveries,
    async until(condition) {
      for (let turns = 0; !condition(); turns += 1) {
        if (turns > 400) throw new Error(`The webhooks awaited did not come; ${deliveries.length} came.`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    },
    async waitFor(count) {
      await receiver.until(() => deliveries.length >= count)
      return deliveries
    },
    values: (kind) => deliveries.flatMap(({ raw }) => JSON.parse(raw).entry[0].changes[0].value[kind] ?? []),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}

function answerHandshake(
  request: IncomingMessage,
  token: string,
  response: { writeHead(status: number): { end(text: string): void } },
): void {
  const query = new URL(request.url ?? '', 'http://receiver').searchParams
  const welcome = query.get('hub.mode') === 'subscribe' && query.get('hub.verify_token') === token
  response.writeHead(welcome ? 200 : 403).end(welcome ? (query.get('hub.challenge') ?? '') : 'no')
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
