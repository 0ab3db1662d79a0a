import { badParam } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import type { PhoneNumber } from '../../state.ts'
import { frameOf, type GraphCall } from '../call.ts'

const PROMPT_LIMIT = 80
const MOST_COMMANDS = 30
const COMMAND_NAME_LIMIT = 32
const COMMAND_DESCRIPTION_LIMIT = 256

/** POST /{phone_number_id}/conversational_automation; it is read as a field of the number. */
export function updateAutomation(call: GraphCall, { number }: { number: PhoneNumber }): unknown {
  const frame = frameOf(call)
  const [prompts, commands] = [frame.at('prompts'), frame.at('commands')]
  const welcome = frame.at('enable_welcome_message').optionalBoolean()
  const changed = {
    enable_welcome_message: welcome,
    prompts: prompts.given ? promptsOf(prompts) : undefined,
    commands: commands.given ? commandsOf(commands) : undefined,
  }
  for (const [key, value] of Object.entries(changed)) {
    if (value !== undefined) number.conversational_automation[key] = value
  }
  return { success: true }
}

function promptsOf(prompts: Param): string[] {
  const most = prompts.switches.conversational_prompts
  return atMost(prompts, most).map((prompt) => prompt.text({ max: PROMPT_LIMIT, missing: 100 }))
}

function commandsOf(commands: Param): Record<string, string>[] {
  return atMost(commands, MOST_COMMANDS).map((command) => {
    command.object(['command_name', 'command_description'], 100)
    return {
      command_name: command.at('command_name').text({ max: COMMAND_NAME_LIMIT, missing: 100 }),
      command_description: command.at('command_description').text({ max: COMMAND_DESCRIPTION_LIMIT, missing: 100 }),
    }
  })
}

function atMost(param: Param, most: number): Param[] {
  const list = param.list(100)
  if (list.length > most) throw badParam(`Param ${param.path} must have at most ${most} elements.`)
  return list
}
