import type { Command } from 'commander'
import { addDevCommand } from './dev.ts'
import { addKeysCommand } from './keys.ts'
import { addMediaCommand } from './media.ts'
import { addNumbersCommand } from './numbers.ts'
import { addSendCommand } from './send.ts'
import { addSendsCommand } from './sends.ts'
import { addServeCommand } from './serve.ts'
import { addSimulatorCommand } from './simulator.ts'

/** Every command, in the order of the help. */
export function addCommands(program: Command): void {
  addDevCommand(program)
  addServeCommand(program)
  addSimulatorCommand(program)
  addSendCommand(program)
  addSendsCommand(program)
  addMediaCommand(program)
  addNumbersCommand(program)
  addKeysCommand(program)
}
