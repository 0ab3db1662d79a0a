import { connectionFaults } from './connection-faults.ts'
import { upstreamFaults } from './upstream-faults.ts'

const times = ['', 'once', 'twice', 'three times']

/** The table of `docs/reliability.md`, written from what the tests expect. */
export function faultTable(): string {
  const unreachable = connectionFaults.map(({ title, send }) => [
    title,
    `${send.status} \`not_sent\`, Retry-After`,
    'not_sent',
    times[send.tries],
    `${send.status}, ${times[3]}`,
  ])
  const answered = upstreamFaults.map(({ title, send, read }) => [
    title,
    send.body === 'same' ? `${send.status}, Meta's bytes` : `${send.status} \`outcome_in_doubt\``,
    send.outcome,
    'once',
    `${read.status}, ${times[read.tries]}`,
  ])
  const inIdle = [
    'an idle connection that Meta cuts as we write',
    '502 `outcome_in_doubt`',
    'in_doubt',
    'once',
    'as above',
  ]
  const rows = [
    ['What goes wrong', 'A send is answered', '`Fairlead-Outcome`', 'Meta is asked', 'A read: status, Meta is asked'],
    ['---', '---', '---', '---', '---'],
    ...unreachable,
    ...answered.slice(0, 2),
    inIdle,
    ...answered.slice(2),
  ]
  return `${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`
}
