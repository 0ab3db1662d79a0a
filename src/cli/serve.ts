import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { readConfig, unknownSettings } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { createLog } from '../log.ts'
import { untilSignalled } from '../operations/stop.ts'
import { startGateway } from '../server.ts'
import { untilStopped } from './until-stopped.ts'

export function addServeCommand(program: Command): void {
  program.command('serve').description('run the gateway, for production: no simulator, nothing seeded').action(serve)
}

async function serve(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  for (const name of unknownSettings(process.env)) log.warn({ name }, 'this setting is not known: is it misspelt?')
  const gateway = await startGateway(config, { clock: systemClock, random: randomBytes, log })
  log.info({ url: gateway.url, public_url: gateway.context.publicUrl() }, 'Fairlead is ready')
  untilStopped({
    async stop() {
      log.info('stopping')
      await gateway.close(untilSignalled)
      log.info('stopped')
    },
    hurry: gateway.hurry,
  })
}
