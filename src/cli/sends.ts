import type { Command } from 'commander'
import { ConnectionError, call, readConnection } from '../../scripts/connection.mjs'

export function addSendsCommand(program: Command): void {
  const sends = program
    .command('sends')
    .description('what became of sends, and decisions about those that nobody knows of')
  sends
    .command('list')
    .description('sends whose outcome is not known, newest first')
    .option('--state <state>', 'in_doubt or unresolved only')
    .option('--decided', 'also those that somebody has decided about')
    .option('--json', 'print the rows as they are')
    .action(list)
  sends
    .command('show <id>')
    .description('one send, by the id in Fairlead-Send-Id')
    .action(async (id: string) =>
      console.log(JSON.stringify((await call(url(id), { apiKey: apiKey() })).data, null, 2)),
    )
  sends
    .command('resend <id>')
    .description('send it again, at the risk that the customer gets it twice')
    .action((id: string) => resolve(id, 'resend'))
  sends
    .command('abandon <id>')
    .description('give up on knowing: nothing waits for it any longer')
    .action((id: string) => resolve(id, 'abandon'))
}

type Send = {
  id: string
  state: string
  type: string
  recipient: string | null
  created_at: string
  message_id: string | null
}

async function list({ state, decided, json }: { state?: string; decided?: boolean; json?: boolean }): Promise<void> {
  const rows: Send[] = []
  for (let after: string | null = null; ; ) {
    const query = new URLSearchParams({
      limit: '100',
      ...(state && { state }),
      ...(decided && { decided: 'true' }),
      ...(after && { after }),
    })
    const page = await call(`${url()}?${query}`, { apiKey: apiKey() })
    rows.push(...page.data)
    after = page.next
    if (after === null) break
  }
  if (json) return console.log(JSON.stringify(rows, null, 2))
  if (rows.length === 0) return console.log(`There is none${state ? ` that is ${state}` : ''} to be decided about.`)
  for (const row of rows) console.log(describe(row))
}

async function resolve(id: string, decision: 'resend' | 'abandon'): Promise<void> {
  const answer = await call(`${url(id)}/resolve`, { method: 'POST', apiKey: apiKey(), body: { resolve: decision } })
  console.log(describe(answer.data))
  const again = answer.resend
  if (!again) return
  if (again.state === 'accepted') return console.log(`sent again: ${describe(again)}`)
  const open =
    again.state === 'in_doubt'
      ? 'The new send is in doubt, too'
      : 'Nothing was sent, so the first is in doubt as before'
  throw new ConnectionError(`${open}: ${describe(again)}${again.error ? ` (${again.error.message})` : ''}`)
}

const describe = ({ id, state, type, recipient, created_at, message_id }: Send) =>
  [id, state, `${type} to ${recipient ?? 'nobody'}`, created_at, message_id].filter(Boolean).join('  ')

const url = (id?: string) => {
  const base = `${readConnection(process.env).origin}/fairlead/v1/sends`
  return id === undefined ? base : `${base}/${encodeURIComponent(id)}`
}
const apiKey = () => readConnection(process.env).apiKey
