import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { NUMBER } from '../support/start-gateway.ts'
import { load } from './load.ts'
import { type Subject, startSubject, usageOf } from './subject.ts'

/**
 * Durable sends beside two that store nothing: ratios within one run, medians over interleaved rounds. Machines are
 * shared and noisy, so no figure is asserted; the marks are printed beside what was seen.
 */
const quick = process.argv.includes('--quick')
const ROUNDS = quick ? 2 : 5
const MEASURE_MS = quick ? 2_000 : 4_000
const WARM_MS = quick ? 1_500 : 3_000

const upstream = await startSubject('upstream')
const subjects = [
  await startSubject('http-proxy', upstream.url),
  await startSubject('pass-through', upstream.url),
  await startSubject('gateway', upstream.url),
]
const cpu: Record<string, number[]> = {}
const rate: Record<string, number[]> = {}
const idle = (await usageOf(subject('gateway'))).rss

for (let round = 1; round <= ROUNDS; round += 1) {
  for (const each of subjects) {
    await send(each, 32, WARM_MS)
    const before = await usageOf(each)
    const narrow = await send(each, 32, MEASURE_MS)
    const after = await usageOf(each)
    push(cpu, each.name, (after.cpu - before.cpu) / narrow.answered)
    const wide = await send(each, 256, MEASURE_MS)
    push(rate, each.name, wide.answered / wide.seconds)
    const failed = narrow.failed + wide.failed
    process.stderr.write(
      `round ${round}/${ROUNDS} ${each.name.padEnd(12)} ${last(cpu, each.name).toFixed(0).padStart(4)} µs CPU a request, ` +
        `${last(rate, each.name).toFixed(0).padStart(6)} requests/s at 256${failed ? `, ${failed} FAILED` : ''}\n`,
    )
  }
}

const loaded = (await usageOf(subject('gateway'))).rss
const upload = await uploadGrowth(subject('gateway'))
const rows = [
  ['P1', 'CPU of a durable send ÷ @fastify/http-proxy forwarding', ratio(cpu, 'gateway', 'http-proxy'), '≤ 1.5'],
  [
    'P4',
    'durable sends/s ÷ Fastify + undici pass-through, 256 clients',
    ratio(rate, 'gateway', 'pass-through'),
    '≥ 0.35',
  ],
  ['P13', 'resident memory, idle', megabytes(idle), '≤ 160 MB'],
  ['P13', 'resident memory, after full load', megabytes(loaded), '≤ 350 MB'],
  ['P13', 'growth over a 100 MB upload', megabytes(upload), '≤ 30 MB'],
]
console.log(`\n${ROUNDS} rounds, medians; Node ${process.version}\n`)
for (const [mark, what, seen, wanted] of rows) {
  console.log(`${mark?.padEnd(4)} ${what?.padEnd(62)} ${seen?.padStart(8)}   first mark ${wanted}`)
}
for (const each of [upstream, ...subjects]) each.child.disconnect()

function send({ url, key }: Subject, connections: number, ms: number) {
  return load(url, {
    connections,
    ms,
    request(connection) {
      // A recipient for each client: sends to one recipient wait for each other.
      const to = `1555${String(1_000_000 + connection)}`
      const body = JSON.stringify({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to,
        type: 'text',
        text: {
          preview_url: false,
          body: 'Your order ORDER-123 is ready. Come by until 6 pm, we are looking forward to it.',
        },
      })
      return Buffer.from(
        `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\n` +
          `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
    },
  })
}

/** How far resident memory rises above where it stood, while 100 MB less a little go through. Bytes. */
async function uploadGrowth(gateway: Subject): Promise<number> {
  const before = (await usageOf(gateway)).rss
  let peak = before
  const boundary = 'bench'
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const chunks = 1599
  const head = Buffer.from(
    `--${boundary}\r\ncontent-disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp\r\n` +
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`)
  const request = httpRequest(`${gateway.url}/meta/whatsapp/v24.0/${NUMBER}/media`, {
    method: 'POST',
    headers: {
      'x-api-key': gateway.key,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': head.length + chunks * chunk.length + tail.length,
    },
  })
  const answered = once(request, 'response')
  request.write(head)
  for (let index = 0; index < chunks; index += 1) {
    if (!request.write(chunk)) await once(request, 'drain')
    if (index % 50 === 0) peak = Math.max(peak, (await usageOf(gateway)).rss)
  }
  request.end(tail)
  let done = false
  const [response] = await Promise.race([answered, watch()])
  done = true
  if (response.statusCode !== 200) throw new Error(`the upload was answered with ${response.statusCode}`)
  response.resume()
  return peak - before

  async function watch(): Promise<never> {
    while (!done) {
      peak = Math.max(peak, (await usageOf(gateway)).rss)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return new Promise(() => {})
  }
}

function subject(name: string): Subject {
  const found = subjects.find((each) => each.name === name)
  if (!found) throw new Error(`no subject ${name}`)
  return found
}

function push(into: Record<string, number[]>, name: string, value: number): void {
  into[name] = [...(into[name] ?? []), value]
}

function last(from: Record<string, number[]>, name: string): number {
  return from[name]?.at(-1) ?? Number.NaN
}

/** Median of the ratios of each round. */
function ratio(of: Record<string, number[]>, one: string, other: string): string {
  const ratios = (of[one] ?? []).map((value, round) => value / (of[other]?.[round] ?? Number.NaN)).sort((a, b) => a - b)
  return (ratios[Math.floor(ratios.length / 2)] ?? Number.NaN).toFixed(2)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`
}
