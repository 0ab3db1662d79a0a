import { afterAll, beforeAll, expect, test } from 'vitest'
import { messageKinds } from '../../src/meta/messages/index.ts'
import { previewOf } from '../../src/meta/messages/preview.ts'
import { furnish } from '../support/shop-front.ts'
import { startPair } from '../support/start-pair.ts'

const SENTENCE = 'Cannot send non-template messages outside the 24-hour window.'
const PREVIEWS: Record<string, string> = {
  text: 'Hello!',
  image: 'Your order on its way',
  video: 'How to set it up',
  audio: 'Audio',
  document: 'Your invoice',
  sticker: 'Sticker',
  location: 'Our shop',
  contacts: 'Ana Silva',
  reaction: '👍',
  pin: 'Message pinned',
  template: 'order_ready_named',
  'interactive.button': 'Do you want to confirm your order?',
  'interactive.list': 'What would you like?',
  'interactive.cta_url': 'Follow your order.',
  'interactive.flow': 'Book a table for tonight.',
  'interactive.carousel': 'New this week:',
  'interactive.location_request_message': 'Where shall we deliver?',
  'interactive.request_contact_info': 'May we call you about your order?',
  'interactive.address_message': 'Where shall we deliver?',
  'interactive.voice_call': 'Questions? Call us.',
  'interactive.call_permission_request': 'May we call you about your order?',
  'interactive.product': 'This one is back in stock.',
  'interactive.product_list': 'What we think you will like.',
  'interactive.catalog_message': 'Have a look at what we have.',
  'interactive.order_details': 'Your order is ready to be paid.',
  'interactive.order_status': 'Your order has left us.',
}
const shapes = messageKinds.flatMap(({ kind, example, variants }) => [
  { kind, about: 'an example', example },
  ...variants.map((variant) => ({ kind, ...variant, about: variant.about.replace(':', '') })),
])
/** These are shown on something else than themselves, or in a group. */
const seenElsewhere = ['reaction', 'pin']

type Pair = Awaited<ReturnType<typeof startPair>>
let pair: Pair
let group_id: string
beforeAll(async () => {
  pair = await startPair()
  group_id = (await furnish(pair)).group_id
})
afterAll(() => pair[Symbol.asyncDispose]())

let customers = 0
const newCustomer = () => `1555200${String(++customers).padStart(4, '0')}`

/** The body as the newest send has it, and what we make of it. */
async function recorded() {
  const { db } = pair.gateway.context.store
  const [send] = await db.query.selectFrom('sends').selectAll().orderBy('id', 'desc').limit(1).execute()
  const body = JSON.parse(Buffer.from(send?.body ?? '').toString())
  return { state: send?.state, type: send?.type, body, preview: previewOf(body) }
}

test.each(shapes.filter(({ kind }) => !seenElsewhere.includes(kind)))(
  '$kind, $about: refused before the customer has written, then taken, stored intact and seen on the phone',
  async ({ kind, example }) => {
    const to = newCustomer()
    const before = await pair.send({ to, ...example })
    if (kind === 'template') expect(before.text).toContain('"messages":[{"id":"wamid.')
    else expect([before.status, before.json]).toEqual([422, { error: SENTENCE, next_steps: expect.any(String) }])

    await pair.customerSays(to, 'Hi')
    const after = await pair.send({ to, ...example })
    expect(after.text).toContain('"messages":[{"id":"wamid.')
    expect(after.status).toBe(200)
    expect(await recorded()).toMatchObject({
      state: 'accepted',
      type: example.type,
      body: { messaging_product: 'whatsapp', to, ...example },
      preview: expect.any(String),
    })
    await pair.control('POST', '/clock/advance', { ms: 5000 })
    const phone = await pair.phone(to, kind === 'template' ? 2 : 1)
    const { [example.type]: shown, ...seen }: Record<string, unknown> = phone.at(-1) ?? {}
    expect(seen).toMatchObject({ id: after.json.messages[0].id, direction: 'received', type: example.type })
    expect(shown).toEqual(example[example.type])
  },
)

test.each(messageKinds)('$kind: its example reads by its own description and has a preview', (message) => {
  const { kind, content, example, variants } = message
  for (const shape of [example, ...variants.map((variant) => variant.example)]) {
    expect(content.safeParse(shape[shape.type]).success).toBe(true)
    expect(shape.type).toBe(kind.split('.')[0])
  }
  expect(previewOf(example)).toBe(PREVIEWS[kind])
})

test('a reaction is seen on the message it is about, until it is taken back', async () => {
  const to = newCustomer()
  await pair.customerSays(to, 'Hi')
  const [written] = await pair.phone(to)
  const react = async (emoji: string) => {
    const answer = await pair.send({ to, type: 'reaction', reaction: { message_id: written?.id, emoji } })
    expect(answer.status).toBe(200)
    await pair.control('POST', '/clock/advance', { ms: 5000 })
    return (await pair.phone(to))[0]?.reactions
  }
  expect(await react('👍')).toEqual({ business: '👍' })
  expect(await recorded()).toMatchObject({ type: 'reaction', preview: '👍' })
  expect(await react('')).toBeUndefined()
})

test('a pin goes to a group, and so does a text; neither needs a window', async () => {
  const text = { recipient_type: 'group', to: group_id, type: 'text', text: { body: 'Hello, all!' } }
  const answer = await pair.send(text)
  expect([answer.status, answer.json.contacts]).toEqual([200, [{ input: group_id, wa_id: group_id }]])
  const pin = { type: 'pin', message_id: answer.json.messages[0].id, expiration_days: 7 }
  const pinned = await pair.send({ recipient_type: 'group', to: group_id, type: 'pin', pin })
  expect(pinned.status).toBe(200)
  expect(await recorded()).toMatchObject({ state: 'accepted', type: 'pin', body: { pin }, preview: 'Message pinned' })
})

test('an answer quotes what it answers', async () => {
  const to = newCustomer()
  await pair.customerSays(to, 'Are you open?')
  const [written] = await pair.phone(to)
  const context = { message_id: written?.id ?? '' }
  expect((await pair.send({ to, context, type: 'text', text: { body: 'Until six.' } })).status).toBe(200)
  await pair.control('POST', '/clock/advance', { ms: 5000 })
  expect((await pair.phone(to, 1)).at(-1)?.context).toEqual(context)
})

test('a message is marked as read while an answer is being written', async () => {
  const to = newCustomer()
  await pair.customerSays(to, 'Are you open?')
  const [written] = await pair.phone(to)
  const { db } = pair.gateway.context.store
  const sends = () => db.query.selectFrom('sends').select('id').execute()
  const before = await sends()
  const read = await pair.send({ status: 'read', message_id: written?.id, typing_indicator: { type: 'text' } })
  expect([read.status, read.json]).toEqual([200, { success: true }])
  const { json } = await pair.control('GET', `/customers/${to}/messages`)
  expect([json.typing, json.messages[0].status]).toEqual([[pair.phone_number_id], 'read'])
  expect(await sends()).toEqual(before)
})

test('a person who hides the phone number is written to by user id', async () => {
  const to = newCustomer()
  await pair.control('PATCH', '/settings', { switches: { user_ids: 'on' } })
  await pair.control('PATCH', `/customers/${to}`, { shows_number: false })
  await pair.customerSays(to, 'Hi')
  const recipient = (await pair.control('GET', `/customers/${to}`)).json.user_id
  const answer = await pair.send({ recipient, type: 'text', text: { body: 'Hello!' } })
  expect([answer.status, answer.json.contacts]).toEqual([200, [{ input: recipient, user_id: recipient }]])
  await pair.control('POST', '/clock/advance', { ms: 5000 })
  expect((await pair.phone(to, 1)).at(-1)).toMatchObject({ id: answer.json.messages[0].id, text: { body: 'Hello!' } })
})

test('what we do not describe has no preview, and never fails', () => {
  for (const body of [
    {},
    { type: 7 },
    { type: 'no_such_type', no_such_type: {} },
    { type: 'text', text: 'x' },
    { type: 'interactive', interactive: null },
    { type: 'interactive', interactive: { type: 'button' } },
    { type: 'constructor' },
  ]) {
    expect(previewOf(body)).toBeNull()
  }
})
