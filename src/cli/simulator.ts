import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError } from 'commander'
import { request } from 'undici'
import { StartError } from '../lib/start-error.ts'
import { DEMO_CUSTOMER, demoWorld, type Simulator, startSimulator, type World } from '../simulator/index.ts'
import { untilStopped } from './until-stopped.ts'

type Options = {
  host: string
  port: number
  key?: string
  token: string
  appSecret: string
  callbackUrl?: string
  verifyToken: string
  seed?: string
  speed?: number
  frozen?: true
  setting?: Record<string, unknown>
  world?: string
  state?: string
  publicUrl?: string
}

export function addSimulatorCommand(program: Command): void {
  program
    .command('simulator')
    .description('run the simulated Meta alone, for any Cloud API client: no gateway, no Meta account')
    .option('--host <address>', 'address to listen on; the control API answers this machine only', '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 for any free one', port, 8081)
    .option('--key <key>', 'X-API-Key of the control API (default: a new one, printed)')
    .option('--token <token>', 'the access token that clients send', 'simulated-access-token')
    .option('--app-secret <secret>', 'signs the webhooks', 'simulated-app-secret')
    .option('--callback-url <url>', 'where webhooks go; it counts as verified')
    .option('--verify-token <token>', 'sent when a callback is verified', 'simulated-verify-token')
    .option('--seed <text>', 'the same seed gives the same ids, jitter and faults again')
    .option('--speed <n>', 'simulated seconds in a real one', positive)
    .option('--frozen', 'the simulated time stands until it is advanced')
    .option(
      '--setting <section.name=value>',
      'a setting, as in GET /simulator/v1/settings; may be repeated',
      setting,
      {},
    )
    .option('--world <file>', 'JSON of what exists, instead of the demo shop')
    .option('--state <file>', 'an export of GET /simulator/v1/state to go on from')
    .option('--public-url <url>', 'where others reach it, for media URLs')
    .action(simulate)
}

async function simulate(options: Options): Promise<void> {
  const key = options.key ?? randomBytes(24).toString('base64url')
  const world = options.world === undefined ? shop(options) : (readJson(options.world) as World)
  const simulator = await start(options, key, world)
  try {
    await prepare(simulator, key, options, world)
  } catch (error) {
    await simulator.close()
    throw error
  }
  process.stdout.write(welcome(simulator, key, world))
  untilStopped(() => simulator.close())
}

function shop({ appSecret, callbackUrl, verifyToken, token }: Options): World {
  const app = { id: '100000000000001', secret: appSecret, verify_token: verifyToken }
  return demoWorld({
    app: callbackUrl === undefined ? app : { ...app, callback_url: callbackUrl },
    business_account_id: '100000000000010',
    phone_number_id: '100000000000011',
    access_token: token,
  })
}

async function start(options: Options, key: string, world: World): Promise<Simulator> {
  const { host, port, seed, setting: settings = {}, publicUrl } = options
  try {
    return await startSimulator({
      host,
      port,
      key,
      settings,
      world,
      ...(seed === undefined ? {} : { seed }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is in use. Stop what uses it, or give another one with --port.`)
    }
    throw error
  }
}

/** What the options say about time and state, and the demo customer's first words. */
async function prepare(simulator: Simulator, key: string, options: Options, world: World): Promise<void> {
  const control = async (method: 'PUT' | 'POST' | 'PATCH', path: string, body: unknown) => {
    const answer = await request(`${simulator.url}/simulator/v1${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300)
      throw new StartError(`${path.slice(1)} was refused: ${JSON.parse(text).error.message}`)
  }
  if (options.state !== undefined) await control('PUT', '/state', readJson(options.state))
  const { speed, frozen } = options
  if (speed !== undefined || frozen) await control('PATCH', '/clock', { speed, frozen })
  const [number] = world.accounts[0]?.phone_numbers ?? []
  if (options.world !== undefined || options.state !== undefined || !number) return
  await control('POST', `/customers/${DEMO_CUSTOMER.wa_id}/messages`, {
    phone_number_id: number.id,
    type: 'text',
    text: { body: 'Hello!' },
  })
}

function welcome({ url }: Simulator, key: string, world: World): string {
  const [account] = world.accounts
  const [number] = account?.phone_numbers ?? []
  const [customer] = world.customers ?? []
  const { app } = world
  return `
The simulated Meta is ready.

  Graph API            ${url}/v24.0
  access token         ${account?.access_token}
  phone_number_id      ${number?.id}
  business_account_id  ${account?.id}
  app id, app secret   ${app.id}, ${app.secret}
  webhooks go to       ${app.callback_url ?? 'nowhere yet: --callback-url, or PUT /simulator/v1/app/callback'}
  control API          ${url}/simulator/v1 (X-API-Key: ${key}), described at ${url}/simulator/v1/openapi.json

Send ${customer?.name ?? 'a customer'} a message:

curl -X POST ${url}/v24.0/${number?.id}/messages \\
  -H 'Authorization: Bearer ${account?.access_token}' -H 'Content-Type: application/json' \\
  -d '{"messaging_product":"whatsapp","to":"${customer?.wa_id ?? DEMO_CUSTOMER.wa_id}","type":"text","text":{"body":"Hello!"}}'

See it on the phone:

curl -H 'X-API-Key: ${key}' ${url}/simulator/v1/customers/${customer?.wa_id ?? DEMO_CUSTOMER.wa_id}/messages

Ctrl-C stops it, and nothing is kept.
`
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new StartError(`${path} cannot be read as JSON: ${error instanceof Error ? error.message : error}`)
  }
}

function port(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new InvalidArgumentError('It must be a port number up to 65535.')
}

function positive(text: string): number {
  if (Number(text) > 0 && Number(text) <= 1_000_000) return Number(text)
  throw new InvalidArgumentError('It must be a number above 0, up to 1000000.')
}

/** `timings.read=null` beside those given before. Values are JSON, or text where they are none. */
function setting(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const [, path = '', value = ''] = /^([\w.]+)=(.*)$/s.exec(text) ?? []
  const [section = '', name] = path.split('.')
  if (section === '') throw new InvalidArgumentError('Write it as section.name=value, for example timings.read=null.')
  if (name === undefined) return { ...before, [section]: parsed(value) }
  return { ...before, [section]: { ...(before[section] as object | undefined), [name]: parsed(value) } }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
