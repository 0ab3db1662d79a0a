import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT, CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'
import { controlRoutes } from './index.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

test.each<[string, string, unknown, string]>([
  ['POST', '/rules', {}, 'effect'],
  ['POST', '/rules', { effect: 'no_such_effect' }, 'effect'],
  ['POST', '/rules', { effect: 'refuse' }, 'with.code'],
  ['POST', '/rules', { effect: 'refuse', with: { code: 'x' } }, 'with.code'],
  ['POST', '/rules', { effect: 'refuse', with: { code: 999_999 } }, 'with.code'],
  ['POST', '/rules', { effect: 'fail', with: { code: 12_345 } }, 'with.code'],
  ['POST', '/rules', { effect: 'slow', with: { ms: 0 } }, 'with.ms'],
  ['POST', '/rules', { effect: 'empty', with: { ms: 1 } }, 'with.ms'],
  ['POST', '/rules', { effect: 'empty', times: 0 }, 'times'],
  ['POST', '/rules', { effect: 'empty', every: 1.5 }, 'every'],
  ['POST', '/rules', { effect: 'empty', chance: 2 }, 'chance'],
  ['POST', '/rules', { effect: 'empty', match: { to: '+1' } }, 'match.to'],
  ['POST', '/rules', { effect: 'empty', match: { colour: 'red' } }, 'match.colour'],
  ['POST', '/rules', '{', 'body'],
  ['POST', '/rules', [], 'body'],
  ['POST', '/rules', undefined, 'body'],
  ['DELETE', '/rules/x', undefined, 'id'],
  ['POST', '/clock/advance', {}, 'body'],
  ['POST', '/clock/advance', { ms: -1 }, 'ms'],
  ['POST', '/clock/advance', { ms: 1.5 }, 'ms'],
  ['POST', '/clock/advance', { ms: 1e15 }, 'ms'],
  ['POST', '/clock/advance', { to: 'tomorrow' }, 'to'],
  ['POST', '/clock/advance', { to: '2020-01-01T00:00:00Z' }, 'to'],
  ['POST', '/clock/advance', { to: '9999-01-01T00:00:00Z' }, 'to'],
  ['PATCH', '/clock', { speed: 0 }, 'speed'],
  ['PATCH', '/clock', { frozen: 'yes' }, 'frozen'],
  ['PATCH', '/settings', { timings: { sent: -1 } }, 'timings.sent'],
  ['PATCH', '/settings', { timings: { arrived: 1 } }, 'timings.arrived'],
  ['PATCH', '/settings', { limits: { pair: { burst: 0, every_ms: 1 } } }, 'limits.pair.burst'],
  ['PATCH', '/settings', { switches: { window_closed: 'later' } }, 'switches.window_closed'],
  ['PATCH', '/settings', { switches: { nothing: 1 } }, 'switches.nothing'],
  ['PATCH', '/settings', { webhooks: { concurrency: 0 } }, 'webhooks.concurrency'],
  ['PATCH', '/settings', { colour: 'red' }, 'colour'],
  ['PATCH', `/customers/${CUSTOMER}`, { online: 1 }, 'online'],
  ['PATCH', `/customers/${CUSTOMER}`, { blocked: ['1'] }, 'phone_number_id'],
  ['PATCH', '/customers/abc', {}, 'wa_id'],
  [
    'POST',
    `/customers/${CUSTOMER}/messages`,
    { phone_number_id: '1', type: 'text', text: { body: 'a' } },
    'phone_number_id',
  ],
  ['POST', `/customers/${CUSTOMER}/messages`, { phone_number_id: NUMBER, type: 'smoke' }, 'type'],
  ['POST', `/customers/${CUSTOMER}/messages`, { phone_number_id: NUMBER, type: 'text', text: {} }, 'text.body'],
  ['POST', `/customers/${CUSTOMER}/open`, {}, 'phone_number_id'],
  ['POST', `/customers/${CUSTOMER}/play`, { message_id: 'wamid.x' }, 'message_id'],
  ['POST', `/customers/${CUSTOMER}/number`, { phone_number_id: NUMBER, wa_id: 'x' }, 'wa_id'],
  ['POST', '/storms', { phone_number_id: NUMBER, messages: 0 }, 'messages'],
  ['POST', '/storms', { phone_number_id: NUMBER, messages: 1, customers: 1e9 }, 'customers'],
  ['POST', '/storms', { phone_number_id: NUMBER, messages: 1, customers: 9, first_wa_id: '9999999' }, 'first_wa_id'],
  ['POST', '/webhooks', { account_id: '1', field: 'flows', value: {} }, 'account_id'],
  ['POST', '/webhooks', { account_id: ACCOUNT, field: 'flows', value: [] }, 'value'],
  ['GET', '/webhooks?limit=0', undefined, 'limit'],
  ['GET', '/webhooks?status=lost', undefined, 'status'],
  ['POST', '/webhooks/x/replay', undefined, 'id'],
  ['PUT', '/app/callback', { callback_url: 'ftp://a' }, 'callback_url'],
  ['PATCH', `/accounts/${ACCOUNT}`, { condition: 'sad' }, 'condition'],
  ['PATCH', `/accounts/${ACCOUNT}`, { tier: 'TIER_1' }, 'tier'],
  ['PATCH', `/phone_numbers/${NUMBER}`, { quality: 'BLUE' }, 'quality'],
  ['PATCH', '/templates/1', { pacing: 'maybe' }, 'pacing'],
  ['POST', '/tokens', { account_ids: [] }, 'account_ids'],
  ['POST', '/tokens', { account_ids: ['1'] }, 'account_ids'],
  ['PATCH', '/media/1', { sha256: 'x' }, 'sha256'],
])('%s %s with %j is 400 and names %s', async (method, path, body, field) => {
  const { status, body: answer } = await simulator.control(method, path, body)
  expect([status, answer.error.field]).toEqual([400, field])
  expect(answer.error.message).toMatch(/^\S/)
})

test.each([
  ['DELETE', '/rules/99', undefined],
  ['GET', '/customers/15550000000', undefined],
  ['GET', '/customers/15550000000/messages', undefined],
  ['POST', '/webhooks/99/replay', undefined],
  ['PATCH', '/accounts/1', {}],
  ['PATCH', '/phone_numbers/1', {}],
  ['PATCH', '/templates/1', {}],
  ['PATCH', '/flows/1', { status: 'BLOCKED' }],
  ['PATCH', '/tokens', { token: 'nobody' }],
  ['POST', '/groups/x/participants', { wa_id: '15551234567' }],
  ['GET', '/media/1', undefined],
  ['PATCH', '/media/1', {}],
])('%s %s of what is not there is 404', async (method, path, body) => {
  const { status, body: answer } = await simulator.control(method, path, body)
  expect([status, typeof answer.error.message]).toEqual([404, 'string'])
})

test('the OpenAPI document has every route, with its parameters and its body', async () => {
  const { body: document } = await simulator.control('GET', '/openapi.json')
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: '/simulator/v1' }] })
  for (const { method, path, summary } of controlRoutes) {
    expect(document.paths[path][method.toLowerCase()]).toMatchObject({ summary, responses: expect.anything() })
  }
  const advance = document.paths['/clock/advance'].post.requestBody.content['application/json'].schema
  expect(advance.properties).toHaveProperty('ms')
  const replay = document.paths['/webhooks/{id}/replay'].post
  expect(replay.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }])
  const ids = Object.values<Record<string, { operationId: string }>>(document.paths)
    .flatMap((path) => Object.values(path))
    .map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('every effect says what it does and takes', async () => {
  const { body } = await simulator.control('GET', '/effects')
  expect(body.data.length).toBeGreaterThan(25)
  for (const effect of body.data) {
    expect(effect).toMatchObject({
      name: expect.any(String),
      about: expect.stringMatching(/\.$/),
      with: { type: 'object' },
    })
  }
})
