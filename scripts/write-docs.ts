import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { settings } from '../src/config.ts'
import { messageKinds } from '../src/meta/messages/index.ts'

/** Writes the documents that follow from the code; with --check only says whether they are up to date. */
const root = join(import.meta.dirname, '..')
const check = process.argv.includes('--check')
const documents = { 'docs/settings.md': settingsPage(), 'docs/messages.md': messagesPage() }

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
  const sections = messageKinds.map(({ kind, about, content, example }) => {
    const schema = z.toJSONSchema(content, { unrepresentable: 'any' }) as {
      properties?: Record<string, unknown>
      required?: string[]
    }
    const members = Object.keys(schema.properties ?? {}).map((name) =>
      schema.required?.includes(name) ? `\`${name}\` (required)` : `\`${name}\``,
    )
    const body = JSON.stringify({ messaging_product: 'whatsapp', to: '15551234567', ...example }, null, 2)
    return `## ${kind}\n\n${about}\n\nMembers of \`${example.type}\`: ${members.join(', ')}.\n\n\`\`\`json\n${body}\n\`\`\``
  })
  return `# Messages

<!-- Written by npm run docs from src/meta/messages. -->

Bodies for \`POST /meta/whatsapp/v24.0/{phone_number_id}/messages\`. They are Meta's own: Fairlead passes them on as they
are, also kinds that are not on this page and members that Meta added today. What Meta refuses comes back as Meta's error.

${sections.join('\n\n')}
`
}
