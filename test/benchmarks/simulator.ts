import { load } from './load.ts'
import { cpuBetween, median, type Subject, startSubject } from './subject.ts'

/**
 * What a send costs the simulated Meta, beside a bare Node server that answers the same; medians over rounds. Machines
 * are shared and noisy, so no figure is asserted; the marks are printed beside what was seen.
 */
const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 2 : 5
const MEASURE_MS = quick ? 2_000 : 4_000
const WARM_MS = quick ? 1_500 : 3_000
const CLIENTS = 64
const NUMBER = '106540352242922'
/** `sent`, `delivered`, `read`. */
const STATUSES = 3

const receiver = await startSubject('receiver')
const bare = await startSubject('upstream')
const silent = await startSubject('simulator')
const telling = await startSubject('simulator', [`${receiver.url}/webhooks`])
for (const simulator of [silent, telling])
  for (let each = 0; each < CLIENTS; each += 1) await openWindow(simulator, each)
const seen: Record<string, number[]> = { bare: [], silent: [], telling: [] }

for (let round = 1; round <= ROUNDS; round += 1) {
  for (const [name, subject, statuses] of [
    ['bare', bare, 0],
    ['silent', silent, 0],
    ['telling', telling, STATUSES],
  ] as const) {
    await measure(subject, statuses, WARM_MS)
    const micros = await measure(subject, statuses, MEASURE_MS)
    seen[name]?.push(micros)
    process.stderr.write(`round ${round}/${ROUNDS} ${name.padEnd(8)} ${micros.toFixed(0).padStart(5)} µs CPU a send\n`)
  }
}

const memory = (await telling.usage()).rss / 1024 / 1024
const perCore = (name: string) => 1e6 / median(seen[name] ?? [])
const times = (name: string) => median((seen[name] ?? []).map((micros, round) => micros / (seen.bare?.[round] ?? 1)))
console.log(`\n${ROUNDS} rounds, medians; Node ${process.version}\n`)
for (const [what, name, mark] of [
  ['sends a second and core, statuses off', 'silent', 5000],
  ['sends a second and core, three webhooks each', 'telling', 1500],
] as const) {
  console.log(
    `${what.padEnd(46)} ${perCore(name).toFixed(0).padStart(6)}   mark ≥ ${mark}   ` +
      `${times(name).toFixed(1)} × a bare Node server`,
  )
}
console.log(`${'resident memory after it'.padEnd(46)} ${memory.toFixed(0).padStart(6)} MB`)
for (const each of [receiver, bare, silent, telling]) await each.stop()

/** µs of CPU time for a send and the statuses that follow from it. */
async function measure(subject: Subject, statuses: number, ms: number): Promise<number> {
  const told = await count()
  const before = await subject.usage()
  const { answered, failed } = await load(subject.url, {
    connections: CLIENTS,
    ms,
    requests: (client) => [request(client)],
  })
  if (failed > 0) throw new Error(`${failed} sends failed`)
  while ((await count()) < told + answered * statuses) await new Promise((resolve) => setTimeout(resolve, 50))
  return cpuBetween(before, await subject.usage()) / answered
}

/** The customer behind a client writes, so that free-form messages reach it. */
async function openWindow({ url }: Subject, client: number): Promise<void> {
  const answer = await fetch(`${url}/simulator/v1/customers/${customer(client)}/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'benchmark', 'content-type': 'application/json' },
    body: JSON.stringify({ phone_number_id: NUMBER, type: 'text', text: { body: 'Hi' } }),
  })
  if (answer.status !== 201) throw new Error(await answer.text())
}

function customer(client: number): string {
  return String(15_551_000_000 + client)
}

async function count(): Promise<number> {
  return Number(await (await fetch(receiver.url)).text())
}

function request(connection: number): Buffer {
  const body = JSON.stringify({
    messaging_product: 'whatsapp',
    to: customer(connection),
    type: 'text',
    text: { body: 'Your order ORDER-123 is ready. Come by until 6 pm, we are looking forward to it.' },
  })
  return Buffer.from(
    `POST /v24.0/${NUMBER}/messages HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer benchmark\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
