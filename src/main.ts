import { Command } from 'commander'
import { addDevCommand } from './cli/dev.ts'
import { addServeCommand } from './cli/serve.ts'
import { StartError } from './lib/start-error.ts'

const program = new Command('fairlead')
  .description("A self-hosted gateway in front of Meta's WhatsApp Cloud API.")
  .version('0.1.0')
  .showHelpAfterError()

addDevCommand(program)
addServeCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  // EX_CONFIG: something about the settings or the surroundings, which trying again will not change.
  process.exit(78)
}
