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
  time?: number
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
    .option('--key <key>', 'X-API-Key of the control API (default: a new one, printed)', notEmpty)
    .option('--token <token>', 'the access token that clients send', 'simulated-access-token')
    .option('--app-secret <secret>', 'signs the webhooks', 'simulated-app-secret')
    .option('--callback-url <url>', 'where webhooks go; it counts as verified', webUrl)
    .option('--verify-token <token>', 'sent when a callback is verified', 'simulated-verify-token')
    .option('--time <ISO time>', 'where the simulated time begins (default: now)', isoTime)
    .option('--seed <text>', 'the same seed gives the same ids, jitter and faults again; see docs/simulator.md')
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
  const control = controlOf(simulator, key)
  try {
    await prepare(control, options)
    process.stdout.write(welcome(simulator, key, await factsOf(control)))
  } catch (error) {
    await simulator.close()
    throw error
  }
  untilStopped({ stop: () => simulator.close(), hurry: () => process.exit(1) })
}

function shop({ appSecret, callbackUrl, verifyToken, token }: Options): World {
  const app = { id: '100000000000001', secret: appSecret, verify_token: verifyToken }
  return demoWorld({
    app: callbackUrl === undefined ? app : { ...app, callback_url: callbackUrl },
    business_account_id: '100000000000010',
    phone_number_id: '100000000000011',
    access_token: token,
    says: 'Hello!',
  })
}

async function start(options: Options, key: string, world: World): Promise<Simulator> {
  const { host, port, seed, time, speed, frozen, setting: settings = {}, publicUrl } = options
  try {
    return await startSimulator({
      host,
      port,
      key,
      settings,
      world,
      ...(seed === undefined ? {} : { seed }),
      ...(time === undefined ? {} : { startAt: time }),
      ...(speed === undefined ? {} : { speed }),
      ...(frozen === undefined ? {} : { frozen }),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} is in use. Stop what uses it, or give another one with --port.`)
    }
    throw error
  }
}

type Control = (method: 'GET' | 'PUT' | 'PATCH', path: string, body?: unknown) => Promise<Record<string, unknown>>

function controlOf({ url }: Simulator, key: string): Control {
  return async (method, path, body) => {
    const answer = await request(`${url}/simulator/v1${path}`, {
      method,
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300)
      throw new StartError(`${path.slice(1)} was refused: ${JSON.parse(text).error.message}`)
    return JSON.parse(text)
  }
}

/** An export to go on from, with what the options say instead of it. */
async function prepare(control: Control, { state, setting, callbackUrl, verifyToken }: Options): Promise<void> {
  if (state === undefined) return
  await control('PUT', '/state', readJson(state))
  if (setting) await control('PATCH', '/settings', setting)
  const callback = { callback_url: callbackUrl, verify_token: verifyToken, verified: true }
  if (callbackUrl !== undefined) await control('PUT', '/app/callback', callback)
}

type Facts = Record<'app' | 'account' | 'number' | 'token' | 'customer', Record<string, unknown>>

/** The first of everything there is, whether it comes from the demo shop, a world or an export. */
async function factsOf(control: Control): Promise<Facts> {
  const first = async (path: string) => ((await control('GET', path)).data as Record<string, unknown>[])[0] ?? {}
  return {
    app: await first('/apps'),
    account: await first('/accounts'),
    number: await first('/phone_numbers'),
    token: await first('/tokens'),
    customer: await first('/customers'),
  }
}

function welcome({ url }: Simulator, key: string, { app, account, number, token, customer }: Facts): string {
  const wa_id = customer.wa_id ?? DEMO_CUSTOMER.wa_id
  return `
The simulated Meta is ready.

  Graph API            ${url}/v24.0
  access token         ${token.token}
  phone_number_id      ${number.id}
  business_account_id  ${account.id}
  app id, app secret   ${app.id}, ${app.secret}
  webhooks go to       ${app.callback_url ?? 'nowhere yet: --callback-url, or PUT /simulator/v1/app/callback'}
  control API          ${url}/simulator/v1 (X-API-Key: ${key}), described at ${url}/simulator/v1/openapi.json

Send ${customer.name ?? 'a customer'} a message:

curl -X POST ${url}/v24.0/${number.id}/messages \\
  -H 'Authorization: Bearer ${token.token}' -H 'Content-Type: application/json' \\
  -d '{"messaging_product":"whatsapp","to":"${wa_id}","type":"text","text":{"body":"Hello!"}}'

See it on the phone:

curl -H 'X-API-Key: ${key}' ${url}/simulator/v1/customers/${wa_id}/messages

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

function isoTime(text: string): number {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It must be a time like 2026-01-31T09:00:00Z.')
  return ms * 1000
}

function webUrl(text: string): string {
  if (URL.canParse(text) && /^https?:/.test(text)) return text
  throw new InvalidArgumentError('It must be an http or https address.')
}

function notEmpty(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('It must not be empty.')
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
