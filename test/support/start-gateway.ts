import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKey, digestOf } from '../../src/access/api-key.ts'
import { connectNumber } from '../../src/access/connect-number.ts'
import { readConfig } from '../../src/config.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/log.ts'
import { type Gateway, startGateway as start } from '../../src/server.ts'
import { insertApiKey } from '../../src/store/commands/api-keys.ts'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import * as phoneNumbers from '../../src/store/phone-numbers.ts'
import { engineSettings } from './engine.ts'

export type TestGateway = Gateway & {
  /** Base of the Meta-compatible surface, with version. */
  meta: string
  api_key: string
  admin_key: string
  /** Calls with the project's key unless other headers are given; `body` is sent as JSON unless it is bytes. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>
  [Symbol.asyncDispose](): Promise<void>
}

export type TestAnswer = { status: number; headers: Headers; text: string; json: Record<string, unknown> }

export const NUMBER = '106540352242922'
export const ACCOUNT = '102290129340398'
export const TOKEN = 'EAAJB-meta-token'
/** Of the Meta app that a gateway process takes webhooks of. */
export const APP_SECRET = 'an-app-secret'

/** A gateway of its own, with a key and one connected number, in front of whatever is at `graphUrl`. */
export async function startGateway({
  graphUrl,
  simulatorUrl = graphUrl,
  env = {},
  clock = systemClock,
  simulated = false,
  log = createLog('silent'),
}: {
  graphUrl: string
  /** Where simulated numbers find their Meta. */
  simulatorUrl?: string
  env?: Record<string, string>
  clock?: Clock
  simulated?: boolean
  log?: ReturnType<typeof createLog>
}): Promise<TestGateway> {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-test-'))
  const config = readConfig({
    FAIRLEAD_PORT: '0',
    FAIRLEAD_DATA_DIR: dataDir,
    FAIRLEAD_GRAPH_URL: graphUrl,
    ...(await engineSettings(env.FAIRLEAD_DATA_DIR ?? dataDir)),
    ...env,
  })
  const gateway = await start({ ...config, simulatorUrl }, { clock, random: randomBytes, log })
  const { context } = gateway
  const project = await context.store.write(ensureProject, { name: 'default' })
  const api_key = await makeKey(gateway, 'project', project.id)
  const admin_key = await makeKey(gateway, 'admin', null)
  if (!(await phoneNumbers.byPhoneNumberId(context.store.db, NUMBER)))
    await connectNumber(context, project.id, {
      name: 'Test',
      phone_number_id: NUMBER,
      business_account_id: ACCOUNT,
      access_token: TOKEN,
      kind: 'production',
      inbound_processing_enabled: true,
      calls_enabled: false,
      simulated,
    })

  return {
    ...gateway,
    meta: `${gateway.url}/meta/whatsapp/v24.0`,
    api_key,
    admin_key,
    async call(method, path, body, headers = { 'x-api-key': api_key }) {
      const url = path.startsWith('http') ? path : `${gateway.url}${path}`
      const bytes = body === undefined || typeof body === 'string' || body instanceof Uint8Array
      const response = await fetch(url, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: bytes ? (body as string) : JSON.stringify(body) }),
      })
      return readAnswer(response)
    },
    async [Symbol.asyncDispose]() {
      await gateway.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function readAnswer(response: Response): Promise<TestAnswer> {
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('application/json')
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}

/** A further key, made as `fairlead keys create` makes one. */
export async function makeKey(gateway: Gateway, kind: 'project' | 'admin', project_id: number | null): Promise<string> {
  const prefix = kind === 'admin' ? 'fl_admin_' : 'fl_test_'
  const key = createApiKey(prefix, randomBytes)
  await gateway.context.store.write(insertApiKey, {
    project_id,
    kind,
    name: 'test',
    digest: digestOf(key),
    prefix,
    last4: key.slice(-4),
    expires_at: null,
  })
  return key
}
