import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { demoWorld, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts'

export const ACCOUNT = '100000000000010'
export const NUMBER = '100000000000011'
export const TOKEN = 'simulated-access-token'
export const APP_SECRET = 'simulated-app-secret'
export const VERIFY_TOKEN = 'verify-me'
const KEY = 'control'

export type Received = { raw: string; signature: string }

/**
 * The simulated Meta alone, with the demo shop, and a business that takes its webhooks. `handshake`: what the business
 * answers when its callback is verified.
 */
export async function startSimulatedMeta(
  options: Partial<SimulatorOptions> & { handshake?: (query: URLSearchParams) => string } = {},
) {
  const { handshake, ...rest } = options
  const received: Received[] = []
  let isDown = false
  const business = createServer(async (request, response) => {
    if (request.method === 'GET') {
      const query = new URL(request.url ?? '', 'http://business').searchParams
      return response.end(handshake?.(query) ?? query.get('hub.challenge'))
    }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (isDown) return response.writeHead(503).end()
    received.push({
      raw: Buffer.concat(chunks).toString('utf8'),
      signature: String(request.headers['x-hub-signature-256']),
    })
    return response.end()
  }).listen(0, '127.0.0.1')
  await once(business, 'listening')
  const callback_url = `http://127.0.0.1:${(business.address() as AddressInfo).port}/webhooks`
  const simulator = await startSimulator({
    key: KEY,
    world: demoWorld({
      app: { id: '100000000000001', secret: APP_SECRET },
      business_account_id: ACCOUNT,
      phone_number_id: NUMBER,
      access_token: TOKEN,
    }),
    ...rest,
  })

  const call = async (url: string, method: string, headers: Record<string, string>, body?: unknown) => {
    const answer = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : null }
  }
  const control = (method: string, path: string, body?: unknown) =>
    call(`${simulator.url}/simulator/v1${path}`, method, { 'x-api-key': KEY }, body)

  return {
    url: simulator.url,
    callback_url,
    received,
    control,
    graph: (method: string, path: string, body?: unknown) =>
      call(`${simulator.url}/v24.0${path}`, method, { authorization: `Bearer ${TOKEN}` }, body),
    /** Sets the business's address, which Meta verifies. */
    subscribe: () => control('PUT', '/app/callback', { callback_url, verify_token: VERIFY_TOKEN }),
    customerWrites: (wa_id: string, message: Record<string, unknown>) =>
      control('POST', `/customers/${wa_id}/messages`, { phone_number_id: NUMBER, ...message }),
    advance: (ms: number) => control('POST', '/clock/advance', { ms }),
    /** What is on a customer's phone, in order. */
    phone: async (wa_id: string) => (await control('GET', `/customers/${wa_id}/messages`)).json,
    /** The business refuses its webhooks, until it is up again. */
    down() {
      isDown = true
    },
    up() {
      isDown = false
    },
    /** Every status the business was told of a message, in the order they came. */
    statusesOf: (id: string) =>
      received
        .flatMap(({ raw }) => JSON.parse(raw).entry)
        .flatMap((entry) => entry.changes)
        .flatMap((change) => change.value.statuses ?? [])
        .filter((status) => status.id === id),
    async [Symbol.asyncDispose]() {
      await simulator.close()
      business.closeAllConnections()
      business.close()
      await once(business, 'close')
    },
  }
}
