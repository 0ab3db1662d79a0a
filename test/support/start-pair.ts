import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Development, startDevelopment } from '../../src/cli/development.ts'
import { readConfig } from '../../src/config.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/log.ts'
import { engineSettings } from './engine.ts'

export type PhoneMessage = Record<string, unknown> & { id: string; type: string; direction: string; status: string }

/** What `npm start` brings up, gateway and simulated Meta, on free ports and in a folder of its own. */
export async function startPair({
  clock = systemClock,
  dataDir = mkdtempSync(join(tmpdir(), 'fairlead-pair-')),
  keep = false,
  log = createLog('silent'),
  env = {},
}: {
  clock?: Clock
  dataDir?: string
  /** Leaves the data folder where it is, for another start. */
  keep?: boolean
  log?: ReturnType<typeof createLog>
  env?: Record<string, string>
} = {}) {
  const config = readConfig({
    FAIRLEAD_PORT: '0',
    FAIRLEAD_SIMULATOR_PORT: '0',
    FAIRLEAD_DATA_DIR: dataDir,
    ...(await engineSettings(dataDir)),
    ...env,
  })
  const development: Development = await startDevelopment(config, { clock, random: randomBytes, log })
  const { settings, gateway } = development
  const meta = `${settings.base_url}/meta/whatsapp/v24.0`

  async function call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) {
    const raw = body === undefined || typeof body === 'string' || body instanceof FormData
    const response = await fetch(url.startsWith('http') ? url : `${meta}${url}`, {
      method,
      headers: {
        'x-api-key': settings.api_key,
        ...(body !== undefined && !(body instanceof FormData) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('application/json')
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null }
  }

  const control = (method: string, path: string, body?: unknown) =>
    call(method, `${settings.simulator_url}/simulator/v1${path}`, body, { 'x-api-key': settings.simulator_key })

  return {
    ...settings,
    dataDir,
    gateway,
    meta,
    call,
    control,
    send: (message: Record<string, unknown>) =>
      call('POST', `/${settings.phone_number_id}/messages`, { messaging_product: 'whatsapp', ...message }),
    /** A customer writes a text; done when the gateway has understood it. */
    async customerSays(wa_id: string, body: string) {
      const answer = await control('POST', `/customers/${wa_id}/messages`, {
        phone_number_id: settings.phone_number_id,
        type: 'text',
        text: { body },
      })
      if (answer.status !== 201) throw new Error(answer.text)
      await gateway.context.understood()
    },
    /** What a customer's phone has, once `count` messages from the business have come (or two seconds are over). */
    async phone(wa_id: string, count = 0): Promise<PhoneMessage[]> {
      for (let tries = 0; ; tries += 1) {
        const { json } = await control('GET', `/customers/${wa_id}/messages`)
        const received = json.messages.filter((message: PhoneMessage) => message.direction === 'received')
        if (received.length >= count || tries === 40) return json.messages
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async [Symbol.asyncDispose]() {
      await development.close()
      if (!keep) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Asks again until the answer is there, for what happens a little later. */
export async function eventually<T>(ask: () => Promise<T | undefined | null | false>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await ask()
    if (answer) return answer
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen within five seconds')
}
