import { afterAll, beforeAll, expect, test } from 'vitest'
import { sealed } from '../../snapshot.ts'
import { ACCOUNT, NUMBER, startTestSimulator, type TestSimulator, TOKEN } from '../../testing/test-simulator.ts'

const APP = '2000000000000001'
const SECRET = 'app-secret'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const debug = async (token: string, own = simulator) =>
  (await own.graph('GET', `/debug_token?input_token=${encodeURIComponent(token)}`)).body

async function exchange(query: Record<string, string>) {
  const answer = await fetch(`${simulator.url}/v24.0/oauth/access_token?${new URLSearchParams(query)}`)
  return { status: answer.status, body: (await answer.json()) as Record<string, never> }
}

test('a good token says what it is good for', async () => {
  expect((await debug(TOKEN)).data).toEqual({
    app_id: APP,
    type: 'SYSTEM_USER',
    application: 'Simulated app',
    data_access_expires_at: 0,
    expires_at: 0,
    is_valid: true,
    issued_at: 1_790_000_000,
    scopes: ['whatsapp_business_management', 'whatsapp_business_messaging', 'business_management'],
    granular_scopes: [
      { scope: 'whatsapp_business_management', target_ids: [ACCOUNT] },
      { scope: 'whatsapp_business_messaging', target_ids: [ACCOUNT] },
      { scope: 'business_management' },
    ],
    user_id: (await simulator.graph('GET', '/me')).body.id,
  })
})

test('a bad token is told to be one, and why', async () => {
  await using own = await startTestSimulator()
  expect((await debug('garbage', own)).data).toMatchObject({ is_valid: false, error: { code: 190 } })
  const { body } = await own.control('POST', '/tokens', { account_ids: [ACCOUNT], expires_in_ms: 1000 })
  expect((await debug(body.token, own)).data).toMatchObject({ is_valid: true, expires_at: 1_790_000_001 })
  await own.clock.advance(1000)
  const { data } = await debug(body.token, own)
  expect(data).toMatchObject({ is_valid: false, app_id: APP, error: { code: 190, subcode: 463 } })
  const error = (await own.graph('GET', '/debug_token')).body.error
  expect(error.code).toBe(100)
})

test('an invalidated token is told to be one', async () => {
  await using own = await startTestSimulator()
  const exported = (await own.control('GET', '/state')).body
  const invalidated = { token: 'old', app_id: APP, account_ids: [ACCOUNT], scopes: [], issued_at: 0, invalidated: true }
  exported.state.tokens.$map.push(['old', invalidated])
  await own.control('PUT', '/state', sealed(exported))
  expect((await debug('old', own)).data).toMatchObject({ is_valid: false, error: { code: 190, subcode: 467 } })
})

test('the app’s own token sees the app and no account', async () => {
  const headers = { authorization: `Bearer ${APP}|${SECRET}` }
  expect((await simulator.graph('GET', `/${APP}/subscriptions`, undefined, headers)).status).toBe(200)
  expect((await simulator.graph('GET', `/${NUMBER}`, undefined, headers)).body.error.error_subcode).toBe(33)
  expect(
    (await simulator.graph('GET', `/debug_token?input_token=${TOKEN}`, undefined, headers)).body.data,
  ).toMatchObject({
    is_valid: true,
  })
  expect((await debug(`${APP}|${SECRET}`)).data).toMatchObject({ is_valid: true, type: 'APP' })
  const wrong = { authorization: `Bearer ${APP}|wrong` }
  expect((await simulator.graph('GET', `/${APP}/subscriptions`, undefined, wrong)).status).toBe(401)
})

test('a code becomes a token for the accounts of the app', async () => {
  const { body } = await exchange({ client_id: APP, client_secret: SECRET, code: 'AQD' })
  expect(body).toEqual({ access_token: expect.stringMatching(/^EAA/), token_type: 'bearer' })
  const headers = { authorization: `Bearer ${body.access_token}` }
  expect((await simulator.graph('GET', `/${NUMBER}`, undefined, headers)).status).toBe(200)
  const own = await exchange({ client_id: APP, client_secret: SECRET, grant_type: 'client_credentials' })
  expect(own.body).toEqual({ access_token: `${APP}|${SECRET}`, token_type: 'bearer' })
})

test.each<[string, number, Record<string, string>]>([
  ['no client', 101, { client_secret: SECRET, code: 'AQD' }],
  ['an unknown client', 101, { client_id: '1', client_secret: SECRET, code: 'AQD' }],
  ['no secret', 100, { client_id: APP, code: 'AQD' }],
  ['a wrong secret', 1, { client_id: APP, client_secret: 'wrong', code: 'AQD' }],
  ['no code', 100, { client_id: APP, client_secret: SECRET }],
  ['an expired code', 100, { client_id: APP, client_secret: SECRET, code: 'expired' }],
  ['a used code', 100, { client_id: APP, client_secret: SECRET, code: 'used' }],
])('%s gives no token', async (_, code, query) => {
  const { status, body } = await exchange(query)
  expect([status, body]).toMatchObject([400, { error: { code } }])
})

test('the token’s user is read', async () => {
  const me = (await simulator.graph('GET', '/me?fields=id,name')).body
  expect(me).toEqual({ id: expect.stringMatching(/^\d{15}$/), name: 'Simulated app user' })
  expect((await simulator.graph('GET', '/me?fields=colour')).body.error.code).toBe(100)
})
