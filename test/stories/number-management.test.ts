import { afterAll, beforeAll, expect, test } from 'vitest'
import { furnish } from '../support/shop-front.ts'
import { startPair } from '../support/start-pair.ts'

type Pair = Awaited<ReturnType<typeof startPair>>
let pair: Pair
let number: string
let account: string
let group_id: string
beforeAll(async () => {
  pair = await startPair()
  number = `/${pair.phone_number_id}`
  account = `/${pair.business_account_id}`
  group_id = (await furnish(pair)).group_id
})
afterAll(() => pair[Symbol.asyncDispose]())

const ok = { success: true }
const passTime = () => pair.control('POST', '/clock/advance', { ms: 10_000 })

/** What comes through the gateway, which must have gone well. */
async function ask(method: string, path: string, body?: unknown) {
  const { status, json, text } = await pair.call(method, path, body)
  expect(status, `${method} ${path}: ${text}`).toBe(200)
  return json
}

test('a template is found, counted, changed in every way, and deleted in every way', async () => {
  const templates = `${account}/message_templates`
  const create = async (name: string) =>
    (
      await ask('POST', templates, {
        ...{ name, language: 'en_US', category: 'UTILITY' },
        components: [{ type: 'BODY', text: `This is about ${name.replace('_', ' ')}.` }],
      })
    ).id as string
  const [one, two, three, four] = [
    await create('way_one'),
    await create('way_two'),
    await create('way_three'),
    await create('way_four'),
  ]
  await passTime()
  const { summary } = await ask('GET', `${templates}?summary=total_count&limit=1`)
  expect(summary.total_count).toBeGreaterThanOrEqual(8)
  const edit = (text: string) => ({ components: [{ type: 'BODY', text }] })
  expect(await ask('POST', `/${one}`, edit('Changed by its id.'))).toMatchObject(ok)
  expect(await ask('POST', `${templates}?hsm_id=${two}`, edit('Changed by a POST.'))).toMatchObject(ok)
  expect(await ask('PUT', `${templates}?hsm_id=${three}`, edit('Changed by a PUT.'))).toMatchObject(ok)
  for (const [id, text] of [
    [one, 'Changed by its id.'],
    [two, 'Changed by a POST.'],
    [three, 'Changed by a PUT.'],
  ]) {
    expect((await ask('GET', `${templates}/${id}?fields=components`)).components).toMatchObject([{ text }])
  }
  expect(await ask('DELETE', `${templates}?name=way_one`)).toEqual(ok)
  expect(await ask('DELETE', `${templates}?hsm_id=${two}`)).toEqual(ok)
  expect(await ask('DELETE', `${templates}?hsm_ids=["${three}","${four}"]`)).toEqual(ok)
  const { data } = await ask('GET', `${templates}?limit=100`)
  expect(data.filter(({ name }: { name: string }) => name.startsWith('way_'))).toEqual([])
})

test('what a number is and how it is set', async () => {
  expect(await ask('GET', `${number}?fields=verified_name,account_mode`)).toMatchObject({
    verified_name: 'Fairlead Demo Shop',
  })
  expect(await ask('POST', number, { pin: '123456' })).toEqual(ok)
  expect(await ask('POST', `${number}/whatsapp_commerce_settings?is_cart_enabled=false`)).toEqual(ok)
  expect((await ask('GET', `${number}/whatsapp_commerce_settings`)).data).toMatchObject([{ is_cart_enabled: false }])
  const commands = [{ command_name: 'help', command_description: 'What there is' }]
  expect(await ask('POST', `${number}/conversational_automation`, { commands })).toEqual(ok)
  expect(await ask('GET', `${number}?fields=conversational_automation`)).toMatchObject({
    conversational_automation: { commands },
  })
  expect(await ask('GET', `${number}/whatsapp_business_profile?fields=vertical`)).toMatchObject({ data: [{}] })
  expect((await ask('GET', `${account}/phone_numbers`)).data).toMatchObject([{ id: pair.phone_number_id }])
})

test('people are blocked without messaging_product, listed, and let in again', async () => {
  const wa_id = '15551234567'
  await pair.customerSays(wa_id, 'Hi')
  const block_users = [{ user: wa_id }]
  const listed = async () => JSON.stringify(await ask('GET', `${number}/block_users?limit=10`))
  expect(await ask('POST', `${number}/block_users`, { block_users })).toMatchObject({
    block_users: { added_users: [{ wa_id }] },
  })
  expect(await listed()).toContain(wa_id)
  expect(await ask('DELETE', `${number}/block_users`, { block_users })).toMatchObject({
    block_users: { removed_users: [{ wa_id }] },
  })
  expect(await listed()).not.toContain(wa_id)
})

test('a flow by a number: made, filled, read, renamed, deleted as Kapso’s clients do', async () => {
  const { id } = await ask('POST', `${number}/flows`, { name: 'draft', categories: ['OTHER'] })
  const form = new FormData()
  const json = JSON.stringify({ version: '7.0', screens: [{ id: 'FIRST', title: 'First' }] })
  form.set('file', new Blob([json], { type: 'application/json' }), 'flow.json')
  form.set('name', 'flow.json')
  form.set('asset_type', 'FLOW_JSON')
  expect(await ask('POST', `/${id}/assets`, form)).toMatchObject({ success: true, validation_errors: [] })
  expect((await ask('GET', `/${id}/assets`)).data).toMatchObject([{ name: 'flow.json', asset_type: 'FLOW_JSON' }])
  expect(await ask('POST', `/${id}`, { name: 'renamed' })).toEqual(ok)
  expect(await ask('GET', `/${id}?phone_number_id=${pair.phone_number_id}`)).toMatchObject({ name: 'renamed' })
  expect(await ask('DELETE', `/flows/${id}?phone_number_id=${pair.phone_number_id}`)).toEqual(ok)
  expect((await pair.call('GET', `/${id}`)).status).toBe(400)
})

test('a group by its id alone', async () => {
  expect(await ask('GET', `/${group_id}?fields=subject,participants`)).toEqual({
    ...{ id: group_id, subject: 'Regulars' },
    participants: [{ wa_id: '15551234567' }],
  })
  expect(await ask('GET', `/${group_id}/invite_link`)).toMatchObject({ invite_link: expect.stringMatching(/^https:/) })
  const product = { messaging_product: 'whatsapp' }
  expect(await ask('POST', `/${group_id}`, { ...product, subject: 'Friends' })).toMatchObject(product)
  const participants = [{ user: '15551234567' }]
  expect(await ask('DELETE', `/${group_id}/participants`, { ...product, participants })).toMatchObject(product)
  expect(await ask('GET', `/${group_id}/join_requests`)).toMatchObject({ data: [] })
  expect(await ask('DELETE', `/${group_id}`)).toMatchObject(product)
})

test('a marketing template over the marketing edge is on the phone', async () => {
  const wa_id = '15551234568'
  const answer = await ask('POST', `${number}/marketing_messages`, {
    ...{ messaging_product: 'whatsapp', recipient_type: 'individual', to: wa_id, type: 'template' },
    template: {
      name: 'new_arrivals',
      language: { code: 'en_US' },
      components: [
        {
          type: 'carousel',
          cards: [0, 1].map((card_index) => ({
            card_index,
            components: [
              { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.com/a.jpg' } }] },
              { type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'p' }] },
            ],
          })),
        },
      ],
    },
  })
  await passTime()
  expect((await pair.phone(wa_id, 1)).map(({ id }) => id)).toEqual([answer.messages[0].id])
  const text = { messaging_product: 'whatsapp', to: wa_id, type: 'text', text: { body: 'x' } }
  expect((await pair.call('POST', `${number}/marketing_messages`, text)).status).toBe(422)
})
