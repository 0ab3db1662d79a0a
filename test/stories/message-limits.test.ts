import { afterAll, beforeAll, expect, test } from 'vitest'
import { messageKinds } from '../../src/meta/messages/index.ts'
import { type Simulator, startSimulator } from '../../src/simulator/index.ts'
import { exampleTemplates } from '../../src/simulator/testing/message-examples.ts'
import { messageCases } from '../../src/simulator/testing/message-limits/index.ts'
import { CUSTOMER, KEY, NUMBER, START, testWorld } from '../../src/simulator/testing/test-world.ts'
import { startGateway, type TestGateway, TOKEN } from '../support/start-gateway.ts'

type Message = Record<string, unknown>

/** The message that the examples answer, react to and pin. Nobody has it, so that each place puts its own there. */
const EXAMPLE_WAMID = 'wamid.HBgL'
/** In it everything that is on its way arrives. Milliseconds. */
const A_WHILE = 10_000

let simulator: Simulator
let gateway: TestGateway
/** What the customer wrote. */
let written: string
let group: { id: string; message_id: string }

const through = (body: Message) => gateway.call('POST', `${gateway.meta}/${NUMBER}/messages`, body)
const straight = (method: string, path: string, body?: Message) =>
  gateway.call(method, `${simulator.url}/v24.0${path}`, body, { authorization: `Bearer ${TOKEN}` })
const control = (method: string, path: string, body?: Message) =>
  gateway.call(method, `${simulator.url}/simulator/v1${path}`, body, { 'x-api-key': KEY })
const arrive = () => control('POST', '/clock/advance', { ms: A_WHILE })
const writes = async (wa_id: string): Promise<string> => {
  const text = { phone_number_id: NUMBER, type: 'text', text: { body: 'Hi' } }
  return String((await control('POST', `/customers/${wa_id}/messages`, text)).json.id)
}

beforeAll(async () => {
  const world = testWorld(exampleTemplates)
  for (const account of world.accounts.slice(0, 1)) account.access_token = TOKEN
  simulator = await startSimulator({
    key: KEY,
    world,
    // The examples count with this time, which stands once the group is made.
    startAt: START - A_WHILE * 1000,
    frozen: true,
    // Hundreds of messages go to one customer here.
    settings: { limits: { pair: null, throughput: null } },
  })
  gateway = await startGateway({ graphUrl: simulator.url })
  written = await writes(CUSTOMER)
  await straight('POST', `/${NUMBER}/groups`, { messaging_product: 'whatsapp', subject: 'Regulars' })
  await arrive()
  const { json } = await straight('GET', `/${NUMBER}/groups`)
  const id = (json as { data: { groups: Array<{ id: string }> } }).data.groups[0]?.id ?? ''
  await control('POST', `/groups/${id}/participants`, { wa_id: CUSTOMER })
  const hello = { recipient_type: 'group', to: id, type: 'text', text: { body: 'Hello, all!' } }
  group = { id, message_id: wamidOf((await through({ messaging_product: 'whatsapp', ...hello })).json) }
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await simulator.close()
})

const wamidOf = (json: Message) => (json as { messages: Array<{ id: string }> }).messages[0]?.id ?? ''

/** The body of a case as a business sends it: with its frame, and about a message that is there. */
function framed(message: Message): Message {
  const frame = message.type === 'pin' ? { recipient_type: 'group', to: group.id } : { to: CUSTOMER }
  const about = message.type === 'pin' ? group.message_id : written
  const body = { messaging_product: 'whatsapp', ...frame, ...message }
  return JSON.parse(JSON.stringify(body).replaceAll(EXAMPLE_WAMID, about))
}

/** Meta's answer, but for what differs from request to request. */
function withoutTrace(json: Message): Message {
  const { fbtrace_id, ...error } = json.error as Message
  expect(fbtrace_id).toMatch(/./)
  return { ...json, error }
}

type Shown = { id: string; type: string; content: unknown }

/** What was accepted, in order, by recipient. */
const accepted = new Map<string, Shown[]>()

async function take(body: Message): Promise<void> {
  const { to, type } = body as { to: string; type: string }
  const { status, headers, json } = await through(body)
  expect([status, headers.get('fairlead-outcome')]).toEqual([200, 'accepted'])
  accepted.set(to, [...(accepted.get(to) ?? []), { id: wamidOf(json), type, content: body[type] }])
}

async function phone(wa_id: string): Promise<Message[]> {
  const { json } = await control('GET', `/customers/${wa_id}/messages`)
  expect([json.waiting, json.failed]).toEqual([0, []])
  return json.messages as Message[]
}

/** Kapso rule: a reaction without emoji takes the reaction back. Meta alone refuses it. */
const KAPSO = 'reaction without reaction.emoji'
const cases = messageCases
  .filter(({ about }) => about !== KAPSO)
  .map(({ about, code, message }) => [about, code, message] as const)
const inOrder = cases.filter(([, code]) => code === 200)

test.each(inOrder.filter(([, , { type }]) => type !== 'reaction'))('%s: %i', async (_about, _code, message) => {
  const body = framed(message)
  if (body.to !== CUSTOMER && body.to !== group.id) await writes(String(body.to))
  await take(body)
})

test.each(cases.filter(([, code]) => code !== 200))("%s: %i, in Meta's own words", async (_about, code, message) => {
  const body = framed(message)
  const answer = await through(body)
  const meta = await straight('POST', `/${NUMBER}/messages`, body)
  expect((meta.json.error as Message).code).toBe(code)
  expect([answer.status, withoutTrace(answer.json)]).toEqual([meta.status, withoutTrace(meta.json)])
  expect(answer.headers.get('fairlead-outcome')).toBe('rejected')
})

test('what was accepted is on the phones as it was sent, in order, and nothing else is', async () => {
  await arrive()
  const { data } = (await control('GET', '/customers')).json as { data: Array<{ wa_id: string }> }
  const phones = new Map<string, Shown[]>()
  for (const { wa_id } of data) {
    const received = (await phone(wa_id)).filter(({ direction }) => direction === 'received')
    const shown = received.map((one) => ({ id: one.id, type: one.type, content: one[String(one.type)] }) as Shown)
    if (shown.length > 0) phones.set(wa_id, shown)
  }
  const sent = new Map([...accepted].filter(([to]) => to !== group.id))
  expect(phones).toEqual(sent)
  expect([...sent.values()].flat()).toHaveLength(inOrder.filter(([, , { type }]) => !isSeenElsewhere(type)).length)
})

const isSeenElsewhere = (type: unknown) => type === 'reaction' || type === 'pin'

test('what was pinned in the group is with Meta as it was sent', async () => {
  const { state } = (await control('GET', '/state')).json as {
    state: { messages: { $map: Array<[string, { type: string; content: unknown; group_id?: string }]> } }
  }
  const pins = state.messages.$map.filter(([, { type }]) => type === 'pin')
  expect(pins.map(([id, { type, content }]) => ({ id, type, content }))).toEqual(accepted.get(group.id))
})

test.each(inOrder.filter(([, , { type }]) => type === 'reaction'))('%s: %i', async (_about, _code, message) => {
  const body = framed(message)
  await take(body)
  await arrive()
  const target = (await phone(CUSTOMER)).find(({ id }) => id === written)
  const { emoji } = body.reaction as { emoji: string }
  expect(target?.reactions).toEqual(emoji === '' ? undefined : { business: emoji })
})

/** All there is: Meta's documents name no others. */
const TEMPLATE_KINDS = {
  component: ['header', 'body', 'button', 'carousel', 'limited_time_offer', 'tap_target_configuration'],
  button: ['quick_reply', 'url', 'copy_code', 'voice_call', 'flow', 'catalog', 'mpm', 'order_details'],
  parameter: [
    ...['text', 'currency', 'date_time', 'image', 'video', 'gif', 'document', 'location', 'product', 'payload'],
    ...['coupon_code', 'action', 'ttl_minutes', 'group_id'],
  ],
}

test('every kind of message of docs/messages.md is told at its limits, and every part of a template', () => {
  const told = JSON.stringify(messageCases.filter(({ code }) => code === 200))
  for (const { kind } of messageKinds) {
    const [type, interactive] = kind.split('.')
    const what = interactive === undefined ? `{"type":"${type}"` : `"interactive":{"type":"${interactive}"`
    expect(told).toContain(what)
  }
  for (const type of [...TEMPLATE_KINDS.component, ...TEMPLATE_KINDS.parameter])
    expect(told).toContain(`"type":"${type}"`)
  for (const type of TEMPLATE_KINDS.button) expect(told).toContain(`"sub_type":"${type}"`)
})
