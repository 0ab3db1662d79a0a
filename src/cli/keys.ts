import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { call, readConnection } from '../../scripts/connection.mjs'
import { issueApiKey } from '../access/issue-api-key.ts'
import { readConfig } from '../config.ts'
import { systemClock } from '../lib/clock.ts'
import { openStore } from '../store/open.ts'

export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('API keys')
  keys
    .command('create')
    .description('make a key; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .option('--project <name>', 'whose it is', 'default')
    .option('--admin', 'a key that manages Fairlead instead of sending')
    .action(async ({ name, project, admin }: { name: string; project: string; admin?: boolean }) => {
      const body = { name, project, kind: admin ? 'admin' : 'project' }
      const { data } = await call(keysUrl(), { method: 'POST', apiKey: adminKey(), body })
      showOnce(data.key)
    })
  keys
    .command('list')
    .description('all keys, without what is secret of them')
    .option('--json', 'print the rows as they are')
    .action(async ({ json }: { json?: boolean }) => {
      const { data } = await call(keysUrl(), { apiKey: adminKey() })
      if (json) return console.log(JSON.stringify(data, null, 2))
      for (const key of data) {
        const state = key.revoked_at ? 'revoked' : `last used ${key.last_used_at ?? 'never'}`
        console.log(`${key.id}  ${key.prefix}…${key.last4}  ${key.name} (${state})`)
      }
    })
  keys
    .command('revoke <id>')
    .description('end a key')
    .action(async (id: string) => {
      await call(`${keysUrl()}/${encodeURIComponent(id)}`, { method: 'DELETE', apiKey: adminKey() })
      console.log('Revoked.')
    })
  keys
    .command('bootstrap')
    .description('make the first admin key, in the database itself (with SQLite: while Fairlead is stopped)')
    .action(bootstrap)
}

const keysUrl = () => `${readConnection(process.env).origin}/fairlead/v1/api_keys`
const adminKey = () => readConnection(process.env).adminKey

/** The first admin key has nobody to ask for it over HTTP: whoever may write in the database may have one. */
async function bootstrap(): Promise<void> {
  const { dataDir, databaseUrl } = readConfig(process.env)
  const store = await openStore({ dataDir, databaseUrl, clock: systemClock, random: randomBytes })
  try {
    const wanted = { project_id: null, kind: 'admin', name: 'bootstrap', expires_at: null } as const
    const { key } = await issueApiKey({ store, random: randomBytes }, wanted, 'live')
    showOnce(key)
  } finally {
    await store.close()
  }
}

function showOnce(key: string): void {
  console.log(key)
  console.error('This is the only time that the key is shown. Keep it where secrets are kept.')
}
