import { expect, test } from 'vitest'
import { effects } from './faults/index.ts'
import { NUMBER, startTestSimulator, type TestSimulator, TOKEN } from './testing/test-simulator.ts'

const USUAL = 'sent delivered read'

/** What the client gets, and then the statuses in the order they are told. */
const rows: [digits: string, answer: string, statuses: string][] = [
  ['1056', '400 131056', ''],
  ['0429', '400 130429', ''],
  ['5000', '500 131000', ''],
  ['5030', '503 2', ''],
  ['5700', '500 131057', ''],
  ['3010', '400 133010', ''],
  ['9190', '401 190/463', ''],
  ['9101', 'reset', ''],
  ['9102', 'reset', USUAL],
  ['9103', 'silence', ''],
  ['9104', 'silence', USUAL],
  ['9105', 'broken off', USUAL],
  ['9106', '10 bytes', USUAL],
  ['9107', '502 a page', ''],
  ['9108', 'garbled', USUAL],
  ['9109', '200 nothing', USUAL],
  ['1026', '200', 'failed 131026'],
  ['1031', '200', 'failed 131031'],
  ['1036', '200', 'failed 131036'],
  ['1037', '200', 'failed 131037'],
  ['1042', '200', 'failed 131042'],
  ['1047', '200', 'failed 131047'],
  ['1048', '200', 'failed 131048'],
  ['1049', '200', 'failed 131049'],
  ['1050', '200', 'failed 131050'],
  ['1053', '200', 'failed 131053'],
  ['2015', '200', 'failed 132015'],
  ['7000', '200', 'failed 137000'],
  ['0472', '200', 'failed 130472'],
  ['0497', '200', 'failed 130497'],
  ['9001', '200', 'sent read'],
  ['9002', '200', 'delivered sent read'],
  ['9003', '200', 'sent sent delivered delivered read read'],
  ['9004', '200', 'sent'],
  ['9005', '200', 'sent delivered failed 131026'],
]

const post = (simulator: TestSimulator, to: string, signal: AbortSignal | null = null) =>
  fetch(`${simulator.url}/v24.0/${NUMBER}/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Hi' } }),
    signal,
  })

/** A send as its client sees it, which gives up after `patience` milliseconds. */
async function answerTo(simulator: TestSimulator, to: string, patience = 10_000): Promise<string> {
  const impatient = new AbortController()
  const timer = setTimeout(() => impatient.abort(), patience)
  try {
    return await described(await post(simulator, to, impatient.signal))
  } catch (error) {
    if (impatient.signal.aborted) return 'silence'
    return String((error as { cause?: { code?: string } }).cause?.code) === 'ECONNRESET' ? 'reset' : String(error)
  } finally {
    clearTimeout(timer)
  }
}

async function described(response: Response): Promise<string> {
  const { status, headers } = response
  if (headers.get('content-type')?.startsWith('text/html')) return `${status} a page`
  const reader = response.body?.getReader()
  let text = ''
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      const bytes = Buffer.from(read.value)
      text += bytes
      if (bytes.length === 10) return '10 bytes'
    }
  } catch {
    return headers.get('content-encoding') === 'gzip' ? 'garbled' : 'broken off'
  }
  if (text === '') return `${status} nothing`
  const { error } = JSON.parse(text)
  if (!error) return String(status)
  return `${status} ${error.code}${error.error_subcode ? `/${error.error_subcode}` : ''}`
}

/** The statuses told in the next seconds, one step of time after the other. */
async function toldOf(simulator: TestSimulator, to: string): Promise<string> {
  for (let step = 0; step < 30; step += 1) await simulator.control('POST', '/clock/advance', { ms: 100 })
  const statuses = simulator.receiver.values('statuses').filter(({ recipient_id }) => recipient_id === to)
  return statuses.map(({ status, errors }) => (errors ? `${status} ${errors[0].code}` : status)).join(' ')
}

const writes = (simulator: TestSimulator, to: string) =>
  simulator.control('POST', `/customers/${to}/messages`, {
    phone_number_id: NUMBER,
    type: 'text',
    text: { body: 'Hi' },
  })

test.each(rows)('a number that ends in %s answers with %s, and then: %s', async (digits, answer, statuses) => {
  await using simulator = await startTestSimulator()
  const to = `9991234${digits}`
  await writes(simulator, to)
  expect(await answerTo(simulator, to, answer === 'silence' ? 300 : undefined)).toBe(answer)
  expect(await toldOf(simulator, to)).toBe(statuses)
  const { messages } = await simulator.phone(to)
  const arrived = /delivered|read/.test(statuses)
  expect(messages.filter(({ direction }) => direction === 'received')).toHaveLength(arrived ? 1 : 0)
})

test.each([
  ['no prefix', null, '9991234'],
  ['another prefix', '888', '9991234'],
  ['the prefix inside the number', '999', '1999234'],
])('with %s the digits mean nothing', async (_, magic_prefix, before) => {
  await using simulator = await startTestSimulator({ settings: { magic_prefix } })
  for (const [digits] of rows) {
    await writes(simulator, `${before}${digits}`)
    expect(await answerTo(simulator, `${before}${digits}`)).toBe('200')
  }
  expect(await toldOf(simulator, `${before}1026`)).toBe(USUAL)
  const failed = simulator.receiver.values('statuses').filter(({ status }) => status === 'failed')
  expect(failed).toEqual([])
  expect(simulator.receiver.values('statuses')).toHaveLength(rows.length * 3)
})

test('the prefix can be any, and the recipient written in any way', async () => {
  await using simulator = await startTestSimulator({ settings: { magic_prefix: '4915' } })
  expect(await answerTo(simulator, '+49 (15) 234-1056')).toBe('400 131056')
})

test('somebody whose phone is off gets the message once it is on', async () => {
  await using simulator = await startTestSimulator()
  const to = '99912349004'
  await writes(simulator, to)
  expect(await answerTo(simulator, to)).toBe('200')
  expect(await toldOf(simulator, to)).toBe('sent')
  await simulator.control('PATCH', `/customers/${to}`, { online: true })
  expect(await toldOf(simulator, to)).toBe(USUAL)
})

test('an answer that drips is whole at its end', async () => {
  await using simulator = await startTestSimulator()
  const chunks: Uint8Array[] = []
  for await (const chunk of (await post(simulator, '99912349106')).body ?? []) {
    chunks.push(chunk)
    await simulator.clock.advance(200)
  }
  expect(chunks.slice(0, -1).map(({ length }) => length)).toEqual(Array(chunks.length - 1).fill(10))
  expect(JSON.parse(Buffer.concat(chunks).toString()).messages).toHaveLength(1)
})

test('the table names every magic number there is', () => {
  const known = effects.flatMap(({ magic }) => Object.keys(magic ?? {}))
  expect(rows.map(([digits]) => digits).sort()).toEqual(known.sort())
})
