import { expect, test } from 'vitest'
import { ACCOUNT, NUMBER, startSimulatedMeta, TOKEN } from '../support/start-simulated-meta.ts'

const CUSTOMER = '15551234567'
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const text = (to = CUSTOMER) => ({ messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Hello!' } })
const template = (to = CUSTOMER) => ({
  messaging_product: 'whatsapp',
  to,
  type: 'template',
  template: {
    name: 'order_ready_named',
    language: { code: 'en_US' },
    components: [{ type: 'body', parameters: [{ type: 'text', parameter_name: 'order_id', text: 'ORDER-123' }] }],
  },
})

/** A simulated Meta whose time stands; the window to the customer is open. */
async function frozenMeta() {
  const meta = await startSimulatedMeta({ seed: 'time' })
  await meta.subscribe()
  await meta.control('PATCH', '/clock', { frozen: true })
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Hi' } })
  const send = async (body: unknown) => {
    const { status, json } = await meta.graph('POST', `/${NUMBER}/messages`, body)
    return { status, id: json.messages?.[0].id as string, code: json.error?.code as number | undefined }
  }
  return { ...meta, send }
}

test('frozen time stands, advanced time goes as far as asked, and fast time runs', async () => {
  await using meta = await frozenMeta()
  const now = async () => Date.parse((await meta.control('GET', '/clock')).json.now)
  const start = await now()
  const { id } = await meta.send(text())
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(await now()).toBe(start)
  expect(meta.statusesOf(id)).toEqual([])
  await meta.advance(600)
  expect(await now()).toBe(start + 600)
  expect(meta.statusesOf(id).map(({ status }) => status)).toEqual(['sent', 'delivered'])
  await meta.control('PATCH', '/clock', { frozen: false, speed: 3600 })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await now()).toBeGreaterThan(start + 5 * MINUTE)
  expect(meta.statusesOf(id)).toHaveLength(3)
})

test('a window closes after 24 hours: the message is accepted, and fails with 131047', async () => {
  await using meta = await frozenMeta()
  await meta.advance(DAY - 1)
  const inside = await meta.send(text())
  await meta.advance(1)
  const outside = await meta.send(text())
  await meta.advance(MINUTE)
  expect([inside.status, outside.status]).toEqual([200, 200])
  expect(meta.statusesOf(inside.id).map(({ status }) => status)).toEqual(['sent', 'delivered', 'read'])
  expect(meta.statusesOf(outside.id)).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
})

test('a template of low quality pauses for three hours, then for six, then for good', async () => {
  await using meta = await frozenMeta()
  const { json } = await meta.graph('GET', `/${ACCOUNT}/message_templates?name=order_ready_named`)
  const [{ id }] = json.data
  const loseQuality = () => meta.control('PATCH', `/templates/${id}`, { quality: 'RED' })
  for (const hours of [3, 6]) {
    await loseQuality()
    expect((await meta.send(template())).code).toBe(132015)
    await meta.advance(hours * HOUR - 1)
    expect((await meta.send(template())).code).toBe(132015)
    await meta.advance(1)
    expect((await meta.send(template())).status).toBe(200)
  }
  await loseQuality()
  await meta.advance(30 * DAY)
  expect((await meta.send(template())).code).toBe(132016)
  const told = meta.received.flatMap(({ raw }) => JSON.parse(raw).entry[0].changes).filter(isStatusUpdate)
  expect(told.map(({ value }) => [value.event, value.other_info.title])).toEqual([
    ['PAUSED', 'FIRST_PAUSE'],
    ['APPROVED', 'UNPAUSE'],
    ['PAUSED', 'SECOND_PAUSE'],
    ['APPROVED', 'UNPAUSE'],
    ['DISABLED', 'DISABLED'],
  ])
})

const isStatusUpdate = ({ field }: { field: string }) => field === 'message_template_status_update'

test('a media URL dies after five minutes, an id after thirty days, one of a customer after seven', async () => {
  await using meta = await frozenMeta()
  const form = new FormData()
  form.set('messaging_product', 'whatsapp')
  form.set('file', new File(['a'], 'a.txt', { type: 'text/plain' }))
  const headers = { authorization: `Bearer ${TOKEN}` }
  const uploaded = await fetch(`${meta.url}/v24.0/${NUMBER}/media`, { method: 'POST', headers, body: form })
  const { id } = (await uploaded.json()) as { id: string }
  const { json: inbound } = await meta.customerWrites(CUSTOMER, { type: 'image', image: {} })
  const about = async (media: string) => (await meta.graph('GET', `/${media}`)).json
  const { url } = await about(id)
  const download = async () => (await fetch(url, { headers })).status
  await meta.advance(5 * MINUTE)
  expect(await download()).toBe(200)
  await meta.advance(1000)
  expect(await download()).toBe(404)
  await meta.advance(7 * DAY)
  expect((await about(id)).id).toBe(id)
  expect((await about(inbound.image.id)).error).toMatchObject({ code: 100, error_subcode: 33 })
  await meta.advance(23 * DAY)
  expect((await about(id)).error).toMatchObject({ code: 100, error_subcode: 33 })
})

test('a business that is down is called for seven days, ever more rarely; back in time, it misses nothing', async () => {
  await using meta = await frozenMeta()
  meta.down()
  await meta.customerWrites(CUSTOMER, { type: 'text', text: { body: 'Are you there?' } })
  const log = async () => (await meta.control('GET', '/webhooks?limit=1')).json.data[0]
  await meta.advance(6 * DAY)
  expect((await log()).status).toBe('pending')
  const attempts: { at: string }[] = (await log()).attempts
  const waits = attempts
    .slice(1)
    .map(({ at }, index) => (Date.parse(at) - Date.parse(attempts[index]?.at ?? '')) / MINUTE)
  expect(waits).toEqual([0, 1, 5, 15, 60, 180, 360, ...Array(waits.length - 7).fill(720)])
  await meta.advance(DAY)
  expect((await log()).status).toBe('given_up')
  meta.up()
  const { id } = await log()
  expect((await meta.control('POST', `/webhooks/${id}/replay`)).json).toMatchObject({
    acknowledged: true,
    status: 'delivered',
  })
})

test('what waits for a phone that is off arrives when it comes online, or never after thirty days', async () => {
  await using meta = await frozenMeta()
  await meta.control('PATCH', `/customers/${CUSTOMER}`, { online: false })
  const late = await meta.send(template())
  await meta.advance(20 * DAY)
  expect(meta.statusesOf(late.id).map(({ status }) => status)).toEqual(['sent'])
  const soon = await meta.send(template())
  await meta.advance(15 * DAY)
  await meta.control('PATCH', `/customers/${CUSTOMER}`, { online: true })
  await meta.advance(MINUTE)
  expect(meta.statusesOf(late.id).map(({ status }) => status)).toEqual(['sent'])
  expect(meta.statusesOf(soon.id).map(({ status }) => status)).toEqual(['sent', 'delivered', 'read'])
  expect((await meta.phone(CUSTOMER)).messages.map(({ id }: { id: string }) => id)).not.toContain(late.id)
})
