import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { demoWorld, type SimulatorOptions, startSimulator } from '../../src/simulator/index.ts'
import { engineSettings } from './engine.ts'
import { metaSays } from './meta-says.ts'
import { ACCOUNT, NUMBER, startGateway, TOKEN } from './start-gateway.ts'

export const CLIENTS = 16

/** The customer that this client writes to. */
export const customerOf = (client: number) => `1555${String(1_000_000 + client)}`

const SECRET = 'an-app-secret'
const MAIN = join(import.meta.dirname, '../../src/main.ts')

/** What a customer's phone got of the business, in order: the texts. */
type Phone = string[]

/**
 * The judge's side of a trial: a simulated Meta, with customers who have all written, lives in the process that judges
 * and is never killed. In front of it stand gateways as an operator runs them, `fairlead serve`, each on a port that it
 * keeps, which may be killed and started at will. Meta's webhooks go to the first.
 */
export async function startJudged({
  gateways = 1,
  settings = {},
  env = {},
  switches = {},
}: {
  gateways?: number
  settings?: SimulatorOptions['settings']
  env?: Record<string, string>
  switches?: { trace_sends?: boolean; hold_twins?: boolean }
} = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-judged-'))
  const simulator = await startSimulator({
    key: 'judge',
    settings: {
      limits: { pair: null, throughput: null },
      timings: { sent: 50, delivered: 100, read: null },
      ...settings,
    },
    world: demoWorld({
      app: { id: '1', secret: SECRET },
      business_account_id: ACCOUNT,
      phone_number_id: NUMBER,
      access_token: TOKEN,
    }),
  })
  const control = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${simulator.url}/simulator/v1${path}`, {
      method,
      headers: { 'x-api-key': 'judge', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // What the control API answers is as its documents say.
    const json = (await answer.json()) as { messages: Array<{ direction: string; text: { body: string } }> }
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(json)}`)
    return json
  }

  const ports = await Promise.all(Array.from({ length: gateways }, freePort))
  const common = {
    FAIRLEAD_DATA_DIR: dataDir,
    FAIRLEAD_GRAPH_URL: simulator.url,
    FAIRLEAD_LOG_LEVEL: 'silent',
    ...(await engineSettings(dataDir)),
    ...env,
  }
  let key = ''
  {
    await using first = await startGateway({
      graphUrl: simulator.url,
      env: { ...common, FAIRLEAD_PORT: String(ports[0]) },
    })
    key = first.api_key
    await metaSays(first)
    await control('PUT', '/app/callback', { callback_url: `${first.url}/webhooks/meta`, verify_token: 'tok' })
    for (let client = 0; client < CLIENTS; client += 1) {
      const hello = { phone_number_id: NUMBER, type: 'text', text: { body: 'Hi' } }
      await control('POST', `/customers/${customerOf(client)}/messages`, hello)
    }
    await first.call('PATCH', `/fairlead/v1/phone_numbers/${NUMBER}`, switches)
  }

  const running = new Map<number, ChildProcess>()
  const url = (index = 0) => `http://127.0.0.1:${ports[index]}`

  return {
    key,
    url,
    /** Where Meta is. */
    graphUrl: simulator.url,
    control,
    dataDir,
    /** Starts a gateway and waits until it is ready. Gives how long that took. Milliseconds. */
    async start(index = 0): Promise<number> {
      const from = performance.now()
      const child = spawn(process.execPath, [MAIN, 'serve'], {
        env: { PATH: process.env.PATH, ...common, FAIRLEAD_PORT: String(ports[index]) },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      running.set(index, child)
      for (;;) {
        const answer = await fetch(`${url(index)}/health/ready`).catch(() => null)
        if (answer?.status === 200) return performance.now() - from
        if (child.exitCode !== null) throw new Error(`the gateway ended with code ${child.exitCode}`)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
    },
    process: (index = 0) => running.get(index),
    async kill(index = 0): Promise<void> {
      const child = running.get(index)
      if (!child) return
      running.delete(index)
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    /** What every customer's phone shows of the business. Of texts that came twice, both. */
    async phones(): Promise<Phone> {
      const texts: string[] = []
      for (let client = 0; client < CLIENTS; client += 1) {
        const { messages } = await control('GET', `/customers/${customerOf(client)}/messages`)
        for (const message of messages) if (message.direction === 'received') texts.push(message.text.body)
      }
      return texts
    },
    /** Everything Meta has tried in vain to tell is told now; done when it has been understood. */
    async tellAll(): Promise<void> {
      await control('POST', '/clock/advance', { ms: 3 * 60 * 60_000 })
      for (let waiting = -1; waiting !== 0; ) {
        const metrics = await (await fetch(`${url()}/metrics`)).text()
        waiting = Number(/^fairlead_webhooks_waiting (\d+)$/m.exec(metrics)?.[1] ?? -1)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    /** Rows of `sends` by state, asked of the store itself when no gateway runs. */
    async states(): Promise<Record<string, number>> {
      await using judge = await startGateway({ graphUrl: simulator.url, env: common })
      const { db } = judge.context.store
      const rows = await db.query
        .selectFrom('sends')
        .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute()
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]))
    },
    async [Symbol.asyncDispose]() {
      for (const child of running.values()) child.kill('SIGKILL')
      await simulator.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

export type Judged = Awaited<ReturnType<typeof startJudged>>

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}
