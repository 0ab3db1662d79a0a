import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const text = (text: unknown) => ({ type: 'text', text })

test.each([
  ['a body', text({ body: 'Hi' })],
  ['a preview', text({ body: 'https://example.com', preview_url: true })],
  ['a body at the limit', text({ body: 'x'.repeat(4096) })],
  ['a body of emoji at the limit', text({ body: '👋'.repeat(4096) })],
  ['no type, which means text', { text: { body: 'Hi' } }],
  ['an answer', { ...text({ body: 'Hi' }), context: { message_id: 'wamid.HBgL' } }],
  ['opaque data at the limit', { ...text({ body: 'Hi' }), biz_opaque_callback_data: 'x'.repeat(512) }],
  ['a formatted number', { ...text({ body: 'Hi' }), to: '+1 (650) 555-1234' }],
  ['the shortest number', { ...text({ body: 'Hi' }), to: '1234567' }],
  ['the longest number', { ...text({ body: 'Hi' }), to: '123456789012345' }],
  ['a recipient besides, which `to` overrules', { ...text({ body: 'Hi' }), recipient: 'US.13491208655302741918' }],
])('a text with %s is accepted', async (_, message) => {
  const answer = await simulator.send(message)
  expect(answer.body).toEqual({
    messaging_product: 'whatsapp',
    contacts: [{ input: expect.any(String), wa_id: expect.stringMatching(/^\d{7,15}$/) }],
    messages: [{ id: expect.stringMatching(/^wamid\./) }],
  })
})

test.each([
  [100, 'no payload', { type: 'text' }, '(#100) Invalid parameter'],
  [100, 'no body', text({}), "(#100) The parameter text['body'] is required."],
  [100, 'an empty body', text({ body: '' }), "(#100) The parameter text['body'] is required."],
  [100, 'a blank body', text({ body: '  ' }), "(#100) Param text['body'] must not be blank."],
  [100, 'a number as body', text({ body: 7 }), "(#100) Param text['body'] must be a string."],
  [
    100,
    'a body past the limit',
    text({ body: '👋'.repeat(4097) }),
    "(#100) Param text['body'] must be at most 4096 characters long.",
  ],
  [100, 'a string as payload', text('Hi'), '(#100) Param text must be a JSON object.'],
  [100, 'an unknown key', text({ body: 'Hi', colour: 'red' }), '(#100) Invalid parameter'],
  [100, 'an unknown key beside it', { ...text({ body: 'Hi' }), colour: 'red' }, '(#100) Invalid parameter'],
  [100, 'opaque data past the limit', { ...text({ body: 'Hi' }), biz_opaque_callback_data: 'x'.repeat(513) }, /512/],
  [100, 'no recipient', { ...text({ body: 'Hi' }), to: undefined }, '(#100) The parameter to is required.'],
  [100, 'a number as recipient', { ...text({ body: 'Hi' }), to: 16505551234 }, '(#100) Param to must be a string.'],
  [131009, 'a recipient too short', { ...text({ body: 'Hi' }), to: '123456' }, /131009/],
  [131009, 'a recipient too long', { ...text({ body: 'Hi' }), to: '1234567890123456' }, /131009/],
  [131009, 'a recipient that is no number', { ...text({ body: 'Hi' }), to: 'US.13491208655302741918' }, /131009/],
  [131021, 'itself as recipient', { ...text({ body: 'Hi' }), to: '15550783881' }, /131021/],
  [131041, 'a group', { ...text({ body: 'Hi' }), recipient_type: 'group' }, /131041/],
  [100, 'another product', { ...text({ body: 'Hi' }), messaging_product: 'telegram' }, /messaging_product/],
  [100, 'a type nobody knows', { type: 'hologram', hologram: {} }, /Param type must be one of/],
  [131008, 'a context without id', { ...text({ body: 'Hi' }), context: {} }, /131008/],
])('%i for a text with %s', async (code, _, message, sentence) => {
  const { status, body } = await simulator.send(message)
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ code, type: 'OAuthException', fbtrace_id: expect.stringMatching(/^A.{22}$/) })
  expect(body.error.message).toMatch(sentence)
})

test('what is missing is named in the order Meta looks', async () => {
  const missing = async (body: unknown) => (await simulator.graph('POST', '/106540352242922/messages', body)).body.error
  expect((await missing({})).message).toBe('(#100) The parameter messaging_product is required.')
  expect((await missing({ messaging_product: 'whatsapp' })).message).toBe('(#100) The parameter to is required.')
})
