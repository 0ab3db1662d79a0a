import { type ManualClock, manualClock } from '../../lib/clock.ts'
import { type SimulatorOptions, startSimulator } from '../start-simulator.ts'
import type { TemplateSeed } from '../world.ts'
import { CUSTOMER, KEY, NUMBER, SECRET, START, TOKEN, testWorld } from './test-world.ts'
import { startReceiver, type WebhookReceiver } from './webhook-receiver.ts'

export * from './test-world.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read member by member in tests.
type Json = any
export type Answer = { status: number; body: Json; headers: Headers; text: string }
type PhoneMessage = Record<string, Json>
export type Phone = { wa_id: string; name: string; typing: string[]; messages: PhoneMessage[]; failed: PhoneMessage[] }

export type TestSimulator = {
  url: string
  clock: ManualClock
  receiver: WebhookReceiver
  /** A call to the Graph surface with the account's token. `path` without version. */
  graph(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  /** Sends to CUSTOMER from NUMBER, with the frame filled in. */
  send(message: Record<string, unknown>): Promise<Answer>
  customerSays(text: string): Promise<Answer>
  phone(wa_id?: string): Promise<Phone>
  /** The statuses the receiver got of a message, once there are at least `count`. */
  statuses(wamid: string, count: number): Promise<Record<string, Json>[]>
  [Symbol.asyncDispose](): Promise<void>
}

/** A simulator on a clock that stands still, with a receiver as the app's callback. */
export async function startTestSimulator(
  options: Partial<SimulatorOptions> & { templates?: TemplateSeed[]; answers?: number[]; callback?: boolean } = {},
): Promise<TestSimulator> {
  const { templates, answers, callback = true, ...rest } = options
  const clock = manualClock(START)
  const receiver = await startReceiver(SECRET, answers)
  const world = options.world ?? testWorld(templates)
  if (callback) world.app.callback_url ??= receiver.url
  const simulator = await startSimulator({ key: KEY, clock, ...rest, world })

  const graph: TestSimulator['graph'] = (method, path, body, headers = {}) =>
    call(`${simulator.url}/v24.0${path}`, method, body, { authorization: `Bearer ${TOKEN}`, ...headers })
  const control: TestSimulator['control'] = (method, path, body) =>
    call(`${simulator.url}/simulator/v1${path}`, method, body, { 'x-api-key': KEY })

  return {
    url: simulator.url,
    clock,
    receiver,
    graph,
    control,
    send: (message) =>
      graph('POST', `/${NUMBER}/messages`, { messaging_product: 'whatsapp', to: CUSTOMER, ...message }),
    customerSays: (body) =>
      control('POST', `/customers/${CUSTOMER}/messages`, { phone_number_id: NUMBER, type: 'text', text: { body } }),
    phone: async (wa_id = CUSTOMER) => (await control('GET', `/customers/${wa_id}/messages`)).body,
    async statuses(wamid, count) {
      const found = () => receiver.values('statuses').filter((status) => status.id === wamid)
      await receiver.until(() => found().length >= count)
      return found()
    },
    async [Symbol.asyncDispose]() {
      await simulator.close()
      await receiver.close()
    },
  }
}

async function call(url: string, method: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof FormData || body instanceof Uint8Array
  const init: RequestInit = { method, headers: { ...headers } }
  if (body !== undefined) init.body = isRaw ? (body as NonNullable<RequestInit['body']>) : JSON.stringify(body)
  if (body !== undefined && !(body instanceof FormData)) {
    init.headers = { 'content-type': 'application/json', ...headers }
  }
  const response = await fetch(url, init)
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('application/json')
  return {
    status: response.status,
    body: isJson && text ? JSON.parse(text) : undefined,
    headers: response.headers,
    text,
  }
}
