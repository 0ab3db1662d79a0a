import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { expect, test } from 'vitest'
import { quickClock } from '../support/quick-clock.ts'
import { eventually, startPair } from '../support/start-pair.ts'

/** RELIABILITY=full sends as many as the goal says. */
const SENDS = process.env.RELIABILITY === 'full' ? 5_000 : 625
/** Of the sends that nothing ever tells about, each of which waits for ten seconds in vain. */
const UNKNOWN = SENDS / 10
const CLIENTS = 32

type Pair = Awaited<ReturnType<typeof startPair>>

const customerOf = (client: number) => `1555${String(1_000_000 + client)}`

/** A shop whose Meta takes every send, and of four in five loses the answer, each in another way. */
async function startForgetful({ statuses = true } = {}) {
  const pair = await startPair({ clock: quickClock(15, { from: 2_000 }) })
  await pair.control('PATCH', '/settings', {
    limits: { pair: null, throughput: null },
    timings: { sent: 100, delivered: 200, read: null },
    webhooks: { statuses },
  })
  for (let client = 0; client < CLIENTS; client += 1) await pair.customerSays(customerOf(client), 'Hi')
  // One after another: a fifth each, and a fifth is left to be answered as ever.
  const faults = ['reset_after', 'silence_after', 'truncate', 'empty']
  for (const [index, effect] of faults.entries()) {
    const rule = await pair.control('POST', '/rules', {
      effect,
      match: { path: '/messages' },
      chance: 1 / (faults.length + 1 - index),
    })
    if (rule.status !== 201) throw new Error(rule.text)
  }
  return pair
}

/** How many answers Meta has lost. */
async function lostAnswers(pair: Pair): Promise<number> {
  const { json } = await pair.control('GET', '/rules')
  return json.data.reduce((sum: number, { applied }: { applied: number }) => sum + applied, 0)
}

/** What is on the phones when everything that Meta took has been delivered, sorted. */
async function textsOnPhones(pair: Pair): Promise<string[]> {
  const texts: string[] = []
  for (let client = 0; client < CLIENTS; client += 1) {
    const { messages } = await eventually(async () => {
      const { json } = await pair.control('GET', `/customers/${customerOf(client)}/messages`)
      return json.waiting === 0 && json
    })
    for (const message of messages) if (message.direction === 'received') texts.push(message.text.body)
  }
  return texts.toSorted()
}

/** Runs the sends, `CLIENTS` side by side, each client one after another to a customer of its own. */
async function forEachSend(send: (mark: string, to: string) => Promise<void>): Promise<string[]> {
  const marks = Array.from({ length: SENDS }, (_, index) => String(index))
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let index = client; index < SENDS; index += CLIENTS) await send(String(index), customerOf(client))
    }),
  )
  return marks
}

test('R2: lost answers double nothing; the status tells, and the repeat under the key gets the wamid', async () => {
  await using pair = await startForgetful()
  const send = (mark: string, to: string) =>
    pair.call(
      'POST',
      `/${pair.phone_number_id}/messages`,
      { messaging_product: 'whatsapp', to, type: 'text', text: { body: mark } },
      { 'idempotency-key': mark },
    )
  const firsts = new Map<string, number>()
  const late: string[] = []
  const marks = await forEachSend(async (mark, to) => {
    firsts.set(mark, (await send(mark, to)).status)
    for (let tries = 0; tries < 50; tries += 1) {
      const again = await send(mark, to)
      if (again.status === 200) {
        expect(again.headers.get('idempotent-replayed')).toBe('true')
        expect(again.json.messages[0].id).toMatch(/^wamid\./)
        return
      }
      expect([again.status, again.json.code]).toEqual([409, 'outcome_in_doubt'])
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    late.push(mark)
  })
  const lost = await lostAnswers(pair)
  const doubted = [...firsts.values()].filter((status) => status !== 200).length
  console.log(
    `R2: ${SENDS} sends, ${lost} answers lost, ${doubted} in doubt at first, ${late.length} not resolved within 5 s`,
  )
  expect(lost).toBeGreaterThan(SENDS * 0.7)
  expect(late.length).toBeLessThanOrEqual(lost / 1000)
  expect(await textsOnPhones(pair)).toEqual(marks.toSorted())
}, 600_000)

/** Kapso's published client, which repeats when it is told that it may. */
function kapsoClient(pair: Pair) {
  const client = new WhatsAppClient({
    baseUrl: `${pair.base_url}/meta/whatsapp`,
    kapsoApiKey: pair.api_key,
    graphVersion: 'v24.0',
  })
  return async (mark: string, to: string): Promise<{ wamid: string | null; tries: number }> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const { messages } = await client.messages.sendText({ phoneNumberId: pair.phone_number_id, to, body: mark })
        return { wamid: messages[0]?.id ?? null, tries }
      } catch (error) {
        const { retry } = error as { retry?: { action: string; retryAfterMs?: number } }
        if (retry?.action !== 'retry' && retry?.action !== 'retry_after') return { wamid: null, tries }
        await new Promise((resolve) => setTimeout(resolve, retry.retryAfterMs ?? 0))
      }
    }
  }
}

test("R2b: Kapso's client, unmodified and without keys, repeats on its own hint: nothing is doubled", async () => {
  await using pair = await startForgetful()
  const send = kapsoClient(pair)
  const ended = new Map<string, { wamid: string | null; tries: number }>()
  const marks = await forEachSend(async (mark, to) => {
    ended.set(mark, await send(mark, to))
  })
  const repeated = [...ended.values()].filter(({ tries }) => tries > 1).length
  const unknown = [...ended.values()].filter(({ wamid }) => wamid === null).length
  const lost = await lostAnswers(pair)
  console.log(
    `R2b: ${SENDS} sends, ${lost} answers lost, ${repeated} repeated by the client, ${unknown} unknown at the end`,
  )
  expect(lost).toBeGreaterThan(SENDS * 0.7)
  expect(repeated).toBeGreaterThan(SENDS * 0.4)
  expect(unknown).toBe(0)
  expect(await textsOnPhones(pair)).toEqual(marks.toSorted())
}, 600_000)

test('R2b without any status: the client is told that nobody knows, and still nothing is doubled', async () => {
  await using pair = await startForgetful({ statuses: false })
  const send = kapsoClient(pair)
  let unknown = 0
  const marks = await forEachSend(async (mark, to) => {
    if (Number(mark) < UNKNOWN && (await send(mark, to)).wamid === null) unknown += 1
  })
  const sent = marks.filter((mark) => Number(mark) < UNKNOWN)
  console.log(`R2b without statuses: ${sent.length} sends, ${unknown} unknown`)
  expect(unknown).toBeGreaterThan(sent.length * 0.6)
  expect(await textsOnPhones(pair)).toEqual(sent.toSorted())
  const { json } = await pair.call('GET', `${pair.base_url}/fairlead/v1/sends?limit=100`)
  expect(json.data.length).toBe(Math.min(unknown, 100))
}, 600_000)
