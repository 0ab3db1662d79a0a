import { Command } from 'commander'
import { ConnectionError } from '../scripts/connection.mjs'
import { addCommands } from './cli/commands.ts'
import { StartError } from './lib/start-error.ts'

const program = new Command('fairlead')
  .description("A self-hosted gateway in front of Meta's WhatsApp Cloud API.")
  .version('0.1.0')
  .showHelpAfterError()

addCommands(program)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof StartError) && !(error instanceof ConnectionError)) throw error
  process.stderr.write(`${error.message}\n`)
  // EX_CONFIG: something about the settings or the surroundings, which starting again will not change.
  process.exit(error instanceof StartError ? 78 : 1)
}
