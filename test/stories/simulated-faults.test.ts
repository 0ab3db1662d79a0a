import { verifySignature } from '@kapso/whatsapp-cloud-api/server'
import { describe, expect, test } from 'vitest'
import { manualClock } from '../../src/lib/clock.ts'
import { APP_SECRET, NUMBER, type Received, startSimulatedMeta, TOKEN } from '../support/start-simulated-meta.ts'

const CUSTOMER = '15551234567'
const USER_ID = expect.stringMatching(/^US\.\d{20}$/)
const START = 1_790_000_000_000_000
const text = (body: string) => ({ messaging_product: 'whatsapp', to: CUSTOMER, type: 'text', text: { body } })

/** What a client sees of one send: the HTTP status and its JSON, or how reading the answer failed. */
async function sendTo(url: string, body: unknown): Promise<{ status?: number; json?: unknown; failure?: string }> {
  try {
    const answer = await fetch(`${url}/v24.0/${NUMBER}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(400),
    })
    const content = await answer.text()
    return content.startsWith('{') ? { status: answer.status, json: JSON.parse(content) } : { status: answer.status }
  } catch (error) {
    return { failure: error instanceof Error && error.name === 'TimeoutError' ? 'no answer' : 'connection' }
  }
}

describe('every network fault, by one control call', () => {
  const accepted = { messaging_product: 'whatsapp' }
  test.each([
    ['reset_before', {}, { failure: 'connection' }, 0],
    ['reset_after', {}, { failure: 'connection' }, 1],
    ['silence_before', {}, { failure: 'no answer' }, 0],
    ['silence_after', {}, { failure: 'no answer' }, 1],
    ['truncate', {}, { failure: 'connection' }, 1],
    ['drip', { bytes: 40, every_ms: 5 }, { status: 200, json: accepted }, 1],
    ['drip', { bytes: 1, every_ms: 100 }, { failure: 'no answer' }, 1],
    ['slow', { ms: 50 }, { status: 200, json: accepted }, 1],
    ['slow', { ms: 600 }, { failure: 'no answer' }, 1],
    ['html_page', {}, { status: 502 }, 0],
    ['html_page', { status: 200 }, { status: 200 }, 0],
    ['garble', {}, { failure: 'connection' }, 1],
    ['empty', {}, { status: 200 }, 1],
    ['refuse', { code: 2 }, { status: 503, json: { error: { code: 2, is_transient: true } } }, 0],
  ])('%s %j: the client sees %j, and %i messages arrive', async (effect, taken, seen, arrived) => {
    await using meta = await startSimulatedMeta()
    await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Hi' } })
    const rule = await meta.control('POST', '/rules', { effect, with: taken, match: { path: '/messages' }, times: 1 })
    expect(rule.status).toBe(201)
    expect(await sendTo(meta.url, text('one'))).toMatchObject(seen)
    // The rule was for one request: the next one is answered as ever.
    expect(await sendTo(meta.url, text('two'))).toMatchObject({ status: 200, json: accepted })
    await new Promise((resolve) => setTimeout(resolve, 'ms' in taken ? 250 : 0))
    await meta.advance(5000)
    const { messages } = await meta.phone(CUSTOMER)
    expect(messages).toHaveLength(1 + 1 + arrived)
  })

  test('a rule can be for one customer, every third time, or by chance, which a seed repeats', async () => {
    const run = async (rule: Record<string, unknown>) => {
      await using meta = await startSimulatedMeta({ seed: 'dice' })
      await meta.control('POST', '/rules', { effect: 'refuse', with: { code: 131000 }, ...rule })
      const statuses: (number | undefined)[] = []
      for (let count = 0; count < 12; count += 1) statuses.push((await sendTo(meta.url, text(`${count}`))).status)
      return statuses
    }
    expect(await run({ match: { to: '15550000000' } })).toEqual(Array(12).fill(200))
    expect(await run({ every: 3 })).toEqual([200, 200, 500, 200, 200, 500, 200, 200, 500, 200, 200, 500])
    expect(await run({ times: 2 })).toEqual([500, 500, ...Array(10).fill(200)])
    const [once, again] = [await run({ chance: 0.5 }), await run({ chance: 0.5 })]
    expect(again).toEqual(once)
    expect(new Set(once)).toEqual(new Set([200, 500]))
  })
})

describe('webhooks, each by one control call', () => {
  /** Three messages of a customer under a rule; `bodies`: what the business has read, in the order it came. */
  async function story(set: (control: Control) => Promise<unknown>) {
    await using meta = await startSimulatedMeta({
      seed: 7,
      clock: manualClock(START),
      settings: { webhooks: { concurrency: 1 } },
    })
    await meta.subscribe()
    await set(meta.control)
    for (const body of ['one', 'two', 'three', 'four']) {
      await meta.customerWrites(CUSTOMER, { type: 'text', text: { body } })
    }
    const atOnce = meta.received.length
    await meta.advance(3 * 86_400_000)
    return { atOnce, received: [...meta.received], bodies: meta.received.flatMap(bodiesOf) }
  }
  type Control = Awaited<ReturnType<typeof startSimulatedMeta>>['control']
  const rule =
    (effect: string, taken = {}) =>
    (control: Control) =>
      control('POST', '/rules', { effect, with: taken, match: { field: 'messages' } })

  test('duplicated', async () => {
    const { received, bodies } = await story(rule('webhook_duplicate'))
    expect(bodies).toEqual(['one', 'one', 'two', 'two', 'three', 'three', 'four', 'four'])
    expect(received[0]?.raw).toBe(received[1]?.raw)
  })

  test('reordered, and the same way again', async () => {
    const reorder = rule('webhook_reorder', { within_ms: 10_000 })
    const [first, second] = [await story(reorder), await story(reorder)]
    expect(first.bodies.toSorted()).toEqual(['four', 'one', 'three', 'two'])
    expect(first.bodies).not.toEqual(['one', 'two', 'three', 'four'])
    expect(second.received).toEqual(first.received)
  })

  test('days late', async () => {
    const { atOnce, bodies } = await story(rule('webhook_late', { ms: 2 * 86_400_000 }))
    expect([atOnce, bodies]).toEqual([0, ['one', 'two', 'three', 'four']])
  })

  test('batched', async () => {
    const batch = { webhooks: { batch: { most: 3, within_ms: 5000 } } }
    const { received, bodies } = await story((control) => control('PATCH', '/settings', batch))
    expect(received.map(({ raw }) => JSON.parse(raw).entry[0].changes.length)).toEqual([3, 1])
    expect(bodies).toEqual(['one', 'two', 'three', 'four'])
  })

  test('dropped', async () => {
    expect((await story(rule('webhook_drop'))).bodies).toEqual([])
  })

  test('signed with another secret', async () => {
    const { received } = await story(rule('webhook_bad_signature'))
    expect(received.map(isSigned)).toEqual([false, false, false, false])
  })

  test.each([
    ['webhook_wrong_number', { metadata: { phone_number_id: '999999999999999' } }],
    ['webhook_extra_fields', { introduced_tomorrow: {}, messages: [{ introduced_tomorrow: true }] }],
    ['webhook_unknown_message_type', { messages: [{ type: 'hologram' }] }],
    ['webhook_without_wa_id', { contacts: [{ user_id: USER_ID }], messages: [{ from_user_id: USER_ID }] }],
  ])('%s', async (effect, value) => {
    const { received } = await story(rule(effect))
    expect(received.map(isSigned)).toEqual([true, true, true, true])
    const [first] = received
    expect(JSON.parse(first?.raw ?? '').entry[0].changes[0].value).toMatchObject(value)
    if (effect === 'webhook_without_wa_id') expect(first?.raw).not.toMatch(/"(wa_id|from)"/)
  })

  const isSigned = ({ raw, signature }: Received) =>
    verifySignature({ appSecret: APP_SECRET, rawBody: raw, signatureHeader: signature })
  const bodiesOf = ({ raw }: Received): string[] =>
    JSON.parse(raw).entry.flatMap((entry: { changes: { value: { messages: { text: { body: string } }[] } }[] }) =>
      entry.changes.flatMap(({ value }) => value.messages.map((message) => message.text.body)),
    )
})

test('the same seed gives the same run: ids, webhooks to the byte, jitter and faults', async () => {
  const run = async (seed: string) => {
    await using meta = await startSimulatedMeta({
      seed,
      clock: manualClock(START),
      settings: { webhooks: { concurrency: 1 }, timings: { jitter: 3000 } },
    })
    await meta.subscribe()
    await meta.control('POST', '/rules', { effect: 'webhook_reorder', with: { within_ms: 5000 }, chance: 0.5 })
    await meta.control('POST', '/rules', { effect: 'fail', with: { code: 131049 }, chance: 0.3 })
    await meta.customerWrites(CUSTOMER, { type: 'image', image: {} })
    for (let count = 0; count < 8; count += 1) await sendTo(meta.url, text(`${count}`))
    await meta.control('POST', '/storms', { phone_number_id: NUMBER, messages: 10, customers: 3, within_ms: 20_000 })
    await meta.advance(60_000)
    // Media URLs carry the port, which differs from run to run.
    return meta.received.map(({ raw }) => raw.replaceAll(/127\.0\.0\.1:\d+/g, ''))
  }
  const first = await run('a')
  expect(first.length).toBeGreaterThan(20)
  expect(await run('a')).toEqual(first)
  expect(await run('b')).not.toEqual(first)
})
