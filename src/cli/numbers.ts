import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { ConnectionError, call, readConnection } from '../../scripts/connection.mjs'
import { describePhoneNumber, platformPhoneNumbers } from '../../scripts/platform-phone-numbers.mjs'

export function addNumbersCommand(program: Command): void {
  const numbers = program.command('numbers').description('connected WhatsApp numbers')
  numbers
    .command('list')
    .description('the numbers of the project')
    .option('--json', 'print the rows as they are')
    .action(async ({ json }: { json?: boolean }) => {
      const rows = await platformPhoneNumbers(readConnection(process.env))
      console.log(
        json
          ? JSON.stringify(rows, null, 2)
          : rows.map(describePhoneNumber).join('\n') || 'No number is connected yet.',
      )
    })
  numbers
    .command('connect')
    .description('connect a number with its Meta access token')
    .requiredOption('--phone-number-id <id>', "Meta's id of the number")
    .requiredOption('--business-account-id <id>', "Meta's id of its WhatsApp business account")
    .option('--name <name>', 'what to call it')
    .option('--token <token>', 'access token; better in a file or in FAIRLEAD_CONNECT_TOKEN')
    .option('--token-file <path>', 'file that holds the access token')
    .option('--app-secret <secret>', 'secret of the Meta app, so that its webhooks are believed')
    .option('--app-secret-file <path>', 'file that holds it')
    .option('--verify-token <token>', 'word for the webhook handshake; made up when left out')
    .action(connect)
  numbers
    .command('switches <phone-number-id>')
    .description('show, or change, what Fairlead does of its own with the sends of a number')
    .option('--trace-sends <on|off>', 'our send id goes up with every message, so that a status can end a doubt')
    .option('--hold-twins <on|off>', 'an identical send without a key waits for one under way or in doubt')
    .action(switches)
}

async function switches(id: string, options: { traceSends?: string; holdTwins?: string }): Promise<void> {
  const { origin, apiKey } = readConnection(process.env)
  const change = {
    trace_sends: onOff('--trace-sends', options.traceSends),
    hold_twins: onOff('--hold-twins', options.holdTwins),
  }
  const body = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const url = `${origin}/fairlead/v1/phone_numbers/${encodeURIComponent(id)}`
  const { data } = await call(url, Object.keys(body).length > 0 ? { method: 'PATCH', apiKey, body } : { apiKey })
  const word = (value: boolean) => (value ? 'on' : 'off')
  console.log(`trace-sends  ${word(data.trace_sends)}\nhold-twins   ${word(data.hold_twins)}`)
}

function onOff(option: string, value: string | undefined): boolean | undefined {
  if (value === undefined || value === 'on' || value === 'off') return value === undefined ? undefined : value === 'on'
  throw new ConnectionError(`${option} takes on or off.`)
}

type ConnectOptions = {
  phoneNumberId: string
  businessAccountId: string
  name?: string
  token?: string
  tokenFile?: string
  appSecret?: string
  appSecretFile?: string
  verifyToken?: string
}

async function connect(options: ConnectOptions): Promise<void> {
  const { origin, apiKey } = readConnection(process.env)
  const access_token = options.token ?? fromFile(options.tokenFile) ?? process.env.FAIRLEAD_CONNECT_TOKEN
  if (!access_token)
    throw new ConnectionError('Give the access token: --token-file, --token or FAIRLEAD_CONNECT_TOKEN.')
  const app_secret = options.appSecret ?? fromFile(options.appSecretFile)
  if (app_secret) {
    const verify_token = options.verifyToken ?? randomBytes(18).toString('base64url')
    const { data } = await call(`${origin}/fairlead/v1/meta_apps/default`, {
      method: 'PUT',
      apiKey,
      body: { app_secret, verify_token },
    })
    console.log(
      `In the Meta app, under WhatsApp > Configuration, set:\n  callback URL  ${data.webhook_url}\n  verify token  ${verify_token}\n`,
    )
  }
  const whatsapp_phone_number = {
    name: options.name ?? options.phoneNumberId,
    phone_number_id: options.phoneNumberId,
    business_account_id: options.businessAccountId,
    access_token,
  }
  const url = `${origin}/platform/v1/whatsapp/phone_numbers`
  const { data, warnings } = await call(url, { method: 'POST', apiKey, body: { whatsapp_phone_number } })
  console.log(`Connected ${describePhoneNumber(data)}`)
  for (const warning of warnings) console.error(`Note: ${warning}`)
}

function fromFile(path: string | undefined): string | undefined {
  if (!path) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new ConnectionError(`${path} cannot be read.`)
  }
}
