import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { request } from 'undici'
import { z } from 'zod'
import { createApiKey, digestOf } from '../access/api-key.ts'
import { connectNumber } from '../access/connect-number.ts'
import { saveMetaApp } from '../access/save-meta-app.ts'
import type { Config } from '../config.ts'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/ids.ts'
import { StartError } from '../lib/start-error.ts'
import type { Patience } from '../operations/stop.ts'
import { type Gateway, startGateway } from '../server.ts'
import { DEMO_CUSTOMER, demoWorld, startSimulator } from '../simulator/index.ts'
import * as apiKeys from '../store/api-keys.ts'
import { insertApiKey } from '../store/commands/api-keys.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import * as projects from '../store/projects.ts'

/** What `dev.json` holds, for scripts and the command line; the next start goes on with the same. */
const developmentSettings = z.object({
  base_url: z.string(),
  api_key: z.string(),
  admin_key: z.string(),
  phone_number_id: z.string(),
  business_account_id: z.string(),
  simulator_url: z.string(),
  simulator_key: z.string(),
  simulator_access_token: z.string(),
  meta_app_secret: z.string(),
  verify_token: z.string(),
})

type DevelopmentSettings = z.output<typeof developmentSettings>

export type Development = {
  settings: DevelopmentSettings
  /** The file with the settings. */
  path: string
  gateway: Gateway
  close(patience?: Patience): Promise<void>
}

/** A gateway and a simulated Meta that know each other, with a number to send from and a customer to send to. */
export async function startDevelopment(
  config: Config,
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): Promise<Development> {
  const path = join(config.dataDir, 'dev.json')
  const kept = readKept(path) ?? newSettings(random)
  const simulator = await startSimulator({
    key: kept.simulator_key,
    port: config.simulatorPort,
    clock,
    world: demoWorld({
      app: { id: '100000000000001', secret: kept.meta_app_secret, name: 'Fairlead development' },
      business_account_id: kept.business_account_id,
      phone_number_id: kept.phone_number_id,
      access_token: kept.simulator_access_token,
    }),
  }).catch((error) => {
    throw error?.code === 'EADDRINUSE'
      ? new StartError(`Port ${config.simulatorPort} is in use. Stop what uses it, or set FAIRLEAD_SIMULATOR_PORT.`)
      : error
  })
  try {
    const gateway = await startGateway({ ...config, simulatorUrl: simulator.url }, { clock, random, log })
    try {
      const settings = { ...kept, base_url: gateway.url, simulator_url: simulator.url }
      await seed(gateway, settings)
      await introduce(gateway, settings)
      writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })
      chmodSync(path, 0o600)
      return {
        settings,
        path,
        gateway,
        async close(patience) {
          await gateway.close(patience)
          await simulator.close()
        },
      }
    } catch (error) {
      await gateway.close()
      throw error
    }
  } catch (error) {
    await simulator.close()
    throw error
  }
}

function readKept(path: string): DevelopmentSettings | null {
  if (!existsSync(path)) return null
  try {
    return developmentSettings.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new StartError(`${path} is damaged. Remove it for a new key and number.`)
  }
}

function newSettings(random: Random): DevelopmentSettings {
  const digits = () => `1${Array.from(random(14), (byte) => byte % 10).join('')}`
  const secret = () => random(24).toString('base64url')
  return {
    base_url: '',
    api_key: createApiKey('fl_test_', random),
    admin_key: createApiKey('fl_admin_', random),
    phone_number_id: digits(),
    business_account_id: digits(),
    simulator_url: '',
    simulator_key: secret(),
    simulator_access_token: `EAAS${random(48).toString('base64url').replace(/[-_]/g, '0')}`,
    meta_app_secret: random(16).toString('hex'),
    verify_token: secret(),
  }
}

/** The gateway's side: the kept keys, the Meta app and the number. What is there already stays. */
async function seed({ context }: Gateway, settings: DevelopmentSettings): Promise<void> {
  const { db, write } = context.store
  const project = await projects.byNameOrId(db, projects.DEFAULT_PROJECT)
  if (!project) throw new Error('the default project is missing')
  const keys = [
    { key: settings.api_key, kind: 'project', prefix: 'fl_test_', project_id: project.id },
    { key: settings.admin_key, kind: 'admin', prefix: 'fl_admin_', project_id: null },
  ] as const
  for (const { key, ...row } of keys) {
    const digest = digestOf(key)
    if (await apiKeys.byDigest(db, digest)) continue
    await write(insertApiKey, { ...row, name: 'development', digest, last4: key.slice(-4), expires_at: null })
  }
  const { meta_app_secret, verify_token, phone_number_id, business_account_id } = settings
  await saveMetaApp(context, project.id, { slug: 'default', app_secret: meta_app_secret, verify_token })
  if (await phoneNumbers.byPhoneNumberId(db, phone_number_id)) return
  await connectNumber(context, project.id, {
    name: 'Development',
    phone_number_id,
    business_account_id,
    access_token: settings.simulator_access_token,
    kind: 'production',
    inbound_processing_enabled: true,
    calls_enabled: false,
    simulated: true,
  })
}

/** Meta's side: our address, and the customer's first words. Done when the gateway has understood them. */
async function introduce(gateway: Gateway, settings: DevelopmentSettings): Promise<void> {
  const control = async (method: 'PUT' | 'POST', path: string, body: Record<string, unknown>) => {
    const answer = await request(`${settings.simulator_url}/simulator/v1${path}`, {
      method,
      headers: { 'x-api-key': settings.simulator_key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Error(`the simulator refused ${path}: ${text}`)
  }
  await control('PUT', '/app/callback', {
    callback_url: `${gateway.url}/webhooks/meta`,
    verify_token: settings.verify_token,
  })
  await control('POST', `/customers/${DEMO_CUSTOMER.wa_id}/messages`, {
    phone_number_id: settings.phone_number_id,
    type: 'text',
    text: { body: 'Hello!' },
  })
  await gateway.context.understood()
}
