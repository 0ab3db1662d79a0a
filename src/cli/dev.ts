import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { readConfig, unknownSettings } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog } from '../log.ts'
import { untilSignalled } from '../operations/stop.ts'
import { DEMO_CUSTOMER } from '../simulator/index.ts'
import { type Development, startDevelopment } from './development.ts'
import { untilStopped } from './until-stopped.ts'

export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('run the gateway with a simulated Meta, a key, a number and a customer who has just written')
    .action(dev)
}

async function dev(): Promise<void> {
  const config = readConfig(process.env, { FAIRLEAD_ALLOW_PRIVATE_WEBHOOKS: '127.0.0.0/8', FAIRLEAD_LOG_LEVEL: 'warn' })
  const log = createLog(config.logLevel)
  for (const name of unknownSettings(process.env)) log.warn({ name }, 'this setting is not known: is it misspelt?')
  const development = await startDevelopment(config, { clock: systemClock, random: randomBytes, log })
  process.stdout.write(welcome(development))
  untilStopped({ stop: () => development.close(untilSignalled), hurry: development.gateway.hurry })
}

function welcome({ settings, path }: Development): string {
  const { base_url, api_key, phone_number_id, business_account_id, simulator_url, simulator_key } = settings
  return `
Fairlead is ready.

  gateway              ${base_url}
  simulated Meta       ${simulator_url}
  API key              ${api_key}
  phone_number_id      ${phone_number_id}
  business_account_id  ${business_account_id}
  kept in              ${path}

Send ${DEMO_CUSTOMER.name} a message (she wrote "Hello!" just now, so the 24-hour window is open):

curl -X POST ${base_url}/meta/whatsapp/v24.0/${phone_number_id}/messages \\
  -H 'X-API-Key: ${api_key}' -H 'Content-Type: application/json' \\
  -d '{"messaging_product":"whatsapp","to":"${DEMO_CUSTOMER.wa_id}","type":"text","text":{"body":"Hello from Fairlead!"}}'

See it on her phone:

curl -H 'X-API-Key: ${simulator_key}' ${simulator_url}/simulator/v1/customers/${DEMO_CUSTOMER.wa_id}/messages

Ctrl-C stops it. The next start keeps the key and the number.
`
}
