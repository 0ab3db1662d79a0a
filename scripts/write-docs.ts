import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { settings } from '../src/config.ts'
import { messageKinds } from '../src/meta/messages/index.ts'
import { defaultLimits } from '../src/operations/limits.ts'
import { createMetrics } from '../src/operations/metrics.ts'
import { controlRoutes } from '../src/simulator/control/index.ts'
import { effects } from '../src/simulator/faults/index.ts'
import { defaultSettings, limits, settingsSchema, timings, webhooks } from '../src/simulator/settings.ts'
import { SWITCHES } from '../src/simulator/switches.ts'

/** Writes the documents that follow from the code; with --check only says whether they are up to date. */
const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')
const documents = {
  'docs/settings.md': settingsPage(),
  'docs/messages.md': messagesPage(),
  'docs/simulator.md': simulatorPage(),
  'docs/operations.md': operationsPage(),
}

const stale = Object.entries(documents).filter(([path, text]) => {
  const file = join(root, path)
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return false
  if (!check) writeFileSync(file, text)
  return true
})
for (const [path] of stale) console.log(check ? `${path} is out of date: run npm run docs` : `${path} written`)
process.exit(check && stale.length > 0 ? 1 : 0)

function settingsPage(): string {
  const rows = Object.entries(settings).map(([name, { default: preset, about }]) => {
    return `| \`${name}\` | ${preset ? `\`${preset}\`` : '–'} | ${about} |`
  })
  return `# Settings

<!-- Written by npm run docs from src/config.ts. -->

Environment variables. Each may also be given as \`NAME_FILE\`, the path of a file that holds the value. A value that
makes no sense stops the start with one line and exit code 78; an unknown \`FAIRLEAD_…\` variable is pointed out in the log.

| Setting | Default | What it does |
|---|---|---|
${rows.join('\n')}
`
}

function messagesPage(): string {
  const sections = messageKinds.map(({ kind, about, content, example, variants }) => {
    const further = variants.map((variant) => `${variant.about}\n\n${requestBody(variant.example)}`)
    const members = membersOf(example.type, content)
    return [`## ${kind}`, about, members, requestBody(example), ...further].filter((part) => part !== '').join('\n\n')
  })
  return `# Messages

<!-- Written by npm run docs from src/meta/messages. -->

Bodies for \`POST /meta/whatsapp/v24.0/{phone_number_id}/messages\`. They are Meta's own: Fairlead passes them on as they
are, also kinds that are not on this page and members that Meta added today. What Meta refuses comes back as Meta's error.

Beside any of them may stand:

- \`"context": { "message_id": "wamid.…" }\`, to answer a message;
- \`"recipient": "US.13491208655302741918"\` instead of \`to\`, for people who are known by their user id only;
- \`"recipient_type": "group"\`, with the id of a group as \`to\`;
- \`"biz_opaque_callback_data"\`, up to 512 characters that come back with every status.

Marketing templates may also go to \`POST /{phone_number_id}/marketing_messages\`. What marks a message as read, and shows
that an answer is being written, is no message:

${fenced({ messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.…', typing_indicator: { type: 'text' } })}

${sections.join('\n\n')}
`
}

function fenced(body: unknown): string {
  return `\`\`\`json\n${JSON.stringify(body, null, 2)}\n\`\`\``
}

function requestBody(example: object): string {
  return fenced({ messaging_product: 'whatsapp', to: '15551234567', ...example })
}

function membersOf(type: string, content: z.ZodType): string {
  const { items, ...schema } = z.toJSONSchema(content, { unrepresentable: 'any' }) as Members & { items?: Members }
  const { properties = {}, required = [] } = items ?? schema
  const members = Object.keys(properties).map((name) =>
    required.includes(name) ? `\`${name}\` (required)` : `\`${name}\``,
  )
  if (members.length === 0) return ''
  return `Members of ${items ? 'each of ' : ''}\`${type}\`: ${members.join(', ')}.`
}

type Members = { properties?: Record<string, unknown>; required?: string[] }

/** The simulator's page is written by hand, but for the tables between its markers. */
function simulatorPage(): string {
  const tables = {
    switches: switchesTable(),
    effects: effectsTable(),
    settings: simulatorSettings(),
    control: controlTable(),
  }
  return withTables('simulator.md', tables)
}

/** By hand, too, but for its tables. */
function operationsPage(): string {
  return withTables('operations.md', { metrics: metricsTable(), limits: limitsTable() })
}

function withTables(file: string, tables: Record<string, string>): string {
  let page = readFileSync(join(root, 'docs', file), 'utf8')
  for (const [name, table] of Object.entries(tables)) {
    const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`]
    page = `${page.slice(0, page.indexOf(begin) + begin.length)}\n${table}\n${page.slice(page.indexOf(end))}`
  }
  return page
}

function metricsTable(): string {
  const rows = createMetrics()
    .described()
    .map(({ name, type, labels, help }) => {
      return `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`
    })
  return ['| Metric | Type | Labels | What |', '|---|---|---|---|', ...rows].join('\n')
}

function limitsTable(): string {
  const { headersMs, bodyMs, uploadBytesPerSecond, stuckMs, keepAliveMs, headerBytes } = defaultLimits
  const s = (ms: number) => `${ms / 1000} s`
  const rows = [
    ['head of a request', `${s(headersMs)}, ${headerBytes / 1024} kB`, '408, 431'],
    ['body of a request', s(bodyMs), '408'],
    ['an upload (multipart)', `after ${s(bodyMs)} at least ${uploadBytesPerSecond / 1024} kB/s on average`, '408'],
    ['an answer that its client does not read', `${s(stuckMs)} to ${s(2 * stuckMs)}`, 'the connection is closed'],
    ['a kept-open connection between requests', s(keepAliveMs), 'it is closed'],
    ['connections from one address', '`FAIRLEAD_CONNECTIONS_PER_ADDRESS`', 'those beyond are closed'],
  ].map((row) => `| ${row.join(' | ')} |`)
  return ['| What | Limit | Beyond it |', '|---|---|---|', ...rows].join('\n')
}

function switchesTable(): string {
  const rows = Object.entries(SWITCHES).map(([name, schema]) => {
    const { enum: values, anyOf = [], default: preset } = z.toJSONSchema(schema) as JsonSchema
    const others = (values ?? anyOf.map((one) => one.const)).filter((value) => value !== preset)
    return `| \`${name}\` | \`${preset}\` | ${others.map((value) => `\`${value}\``).join(', ')} | ${schema.description} |`
  })
  return ['| Switch | Default | Or | What |', '|---|---|---|---|', ...rows].join('\n')
}

type JsonSchema = {
  enum?: unknown[]
  anyOf?: { const?: unknown }[]
  default?: unknown
  properties?: Record<string, unknown>
}

function effectsTable(): string {
  const rows = effects.map(({ name, stage, about, with: taken, magic = {} }) => {
    const names = Object.keys((z.toJSONSchema(taken, { io: 'input' }) as JsonSchema).properties ?? {})
    const numbers = Object.entries(magic).map(([digits, given]) => {
      const values = Object.values(given).join(' ')
      return values ? `…${digits} (${values})` : `…${digits}`
    })
    return `| \`${name}\` | ${stage} | ${names.map((one) => `\`${one}\``).join(', ')} | ${about} | ${numbers.join(', ')} |`
  })
  return ['| Effect | On | Takes | What happens | Numbers |', '|---|---|---|---|---|', ...rows].join('\n')
}

function simulatorSettings(): string {
  const defaults = defaultSettings()
  const rows = Object.entries({ timings, limits, webhooks }).flatMap(([section, schema]) =>
    Object.entries(schema.shape).map(([name, member]) => {
      const preset = JSON.stringify((defaults[section as 'limits'] as Record<string, unknown>)[name])
      return `| \`${section}.${name}\` | \`${preset}\` | ${member.description ?? ''} |`
    }),
  )
  const alone = (['fetch_links', 'app_usage', 'magic_prefix'] as const).map((name) => {
    return `| \`${name}\` | \`${JSON.stringify(defaults[name])}\` | ${settingsSchema.shape[name].description} |`
  })
  return ['| Setting | Default | What |', '|---|---|---|', ...rows, ...alone].join('\n')
}

function controlTable(): string {
  const rows = controlRoutes.map(({ method, path, summary }) => `| \`${method} ${path}\` | ${summary} |`)
  return ['| | |', '|---|---|', ...rows].join('\n')
}
