import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { manualClock } from '../../src/lib/clock.ts'
import * as messages from '../../src/store/messages.ts'
import { eventually, startPair } from '../support/start-pair.ts'

const CUSTOMER = '15551234567'

test('a message goes out, is on the phone, and its status walks sent, delivered, read', async () => {
  await using pair = await startPair()
  const answer = await pair.send({ to: '12025550142', type: 'text', text: { body: 'Hello from Fairlead!' } })
  expect(answer.status).toBe(200)
  const wamid: string = answer.json.messages[0].id
  expect(wamid).toMatch(/^wamid\./)
  const { db } = pair.gateway.context.store
  const number = await pair.gateway.context.numbers.byPhoneNumberId(pair.phone_number_id)
  const stored = await eventually(async () => {
    const row = await messages.byWamid(
      db,
      { project_id: number?.project_id ?? 0, phone_number: number?.id ?? 0 },
      wamid,
    )
    return row?.status === 'read' && row
  })
  expect(stored).toMatchObject({ direction: 'outbound', type: 'text' })
  const history = await db.query.selectFrom('statuses').select('status').where('message', '=', stored.id).execute()
  expect(new Set(history.map(({ status }) => status))).toEqual(new Set(['sent', 'delivered', 'read']))
  const phone = await pair.phone('12025550142', 1)
  expect(phone.at(-1)).toMatchObject({ id: wamid, direction: 'received', text: { body: 'Hello from Fairlead!' } })
})

test('the second start keeps key and number, and the printed request works again a day later', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-again-'))
  const clock = manualClock(Date.UTC(2026, 10, 25) * 1000)
  const greeting = { to: '12025550142', type: 'text', text: { body: 'Hello from Fairlead!' } }
  let first: { api_key: string; phone_number_id: string }
  {
    await using pair = await startPair({ clock, dataDir, keep: true })
    first = pair
    expect((await pair.send(greeting)).status).toBe(200)
    expect(statSync(join(dataDir, 'dev.json')).mode & 0o777).toBe(0o600)
    expect(Object.keys(JSON.parse(readFileSync(join(dataDir, 'dev.json'), 'utf8')))).toEqual(
      expect.arrayContaining([
        'base_url',
        'api_key',
        'phone_number_id',
        'business_account_id',
        'simulator_url',
        'simulator_key',
        'simulator_access_token',
        'meta_app_secret',
        'verify_token',
      ]),
    )
  }
  await clock.advance(25 * 3600 * 1000)
  {
    await using pair = await startPair({ clock, dataDir, keep: true })
    expect(pair).toMatchObject({ api_key: first.api_key, phone_number_id: first.phone_number_id })
    expect((await pair.send(greeting)).status).toBe(200)
  }
  rmSync(dataDir, { recursive: true })
})

test('the window closes 24 hours after the customer’s last message', async () => {
  const clock = manualClock(Date.UTC(2026, 10, 25) * 1000)
  await using pair = await startPair({ clock })
  await pair.customerSays(CUSTOMER, 'Hi')
  const text = { to: CUSTOMER, type: 'text', text: { body: 'x' } }
  await clock.advance(24 * 3600 * 1000 - 1000)
  expect((await pair.send(text)).status).toBe(200)
  await clock.advance(1000)
  expect((await pair.send(text)).status).toBe(422)
})

test('an answer sent the moment after the customer’s message was acknowledged is never refused, also in a storm', async () => {
  await using pair = await startPair()
  const { phone_number_id } = pair
  // 400 messages in a moment are more than Meta lets a number have.
  await pair.control('PATCH', '/settings', { limits: { throughput: null } })
  const statuses = await Promise.all(
    Array.from({ length: 200 }, async (_, customer) => {
      const wa_id = `1555700${String(customer).padStart(4, '0')}`
      await pair.control('POST', `/customers/${wa_id}/messages`, {
        phone_number_id,
        type: 'text',
        text: { body: 'Hi' },
      })
      return (await pair.send({ to: wa_id, type: 'text', text: { body: 'Hello!' } })).status
    }),
  )
  expect(statuses).toEqual(Array(200).fill(200))
})
