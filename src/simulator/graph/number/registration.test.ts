import { expect, test } from 'vitest'
import {
  ACCOUNT,
  FOREIGN_NUMBER,
  NUMBER,
  startTestSimulator,
  type TestSimulator,
  testWorld,
} from '../../testing/test-simulator.ts'

const GOOD = { cc: '1', phone_number: '6315551234', verified_name: 'Lucky Shrub' }
const PIN = { messaging_product: 'whatsapp', pin: '123456' }

const add = async ({ graph }: TestSimulator, change = {}) =>
  (await graph('POST', `/${ACCOUNT}/phone_numbers`, { ...GOOD, ...change })).body.id as string

async function codeOf({ control }: TestSimulator, id: string): Promise<string> {
  const { state } = (await control('GET', '/state')).body
  return new Map<string, { code: string }>(state.numbers.$map).get(id)?.code ?? ''
}

async function verified(simulator: TestSimulator): Promise<string> {
  const id = await add(simulator)
  await simulator.graph('POST', `/${id}/request_code?code_method=SMS&language=en_US`)
  await simulator.graph('POST', `/${id}/verify_code`, { code: await codeOf(simulator, id) })
  return id
}

test('a number is added, verified, registered, written from, and deregistered', async () => {
  await using simulator = await startTestSimulator()
  const { graph, clock, receiver } = simulator
  const id = await add(simulator)
  const node = async () =>
    (await graph('GET', `/${id}?fields=display_phone_number,status,code_verification_status,name_status`)).body
  expect(await node()).toEqual({
    id,
    display_phone_number: '+1 631-555-1234',
    status: 'PENDING',
    code_verification_status: 'NOT_VERIFIED',
    name_status: 'PENDING_REVIEW',
  })
  await clock.advance(3000)
  await receiver.waitFor(1)
  expect(receiver.deliveries[0]?.raw).toMatch('phone_number_name_update')
  expect((await graph('POST', `/${id}/register`, PIN)).body.error.code).toBe(133006)
  expect((await graph('POST', `/${id}/request_code`, { code_method: 'VOICE', language: 'en' })).body).toEqual({
    success: true,
  })
  const code = await codeOf(simulator, id)
  const dashed = `${code.slice(0, 3)}-${code.slice(3)}`
  expect((await graph('POST', `/${id}/verify_code?code=${dashed}`)).body).toEqual({ success: true })
  expect((await graph('POST', `/${id}/register`, PIN)).body).toEqual({ success: true })
  expect(await node()).toMatchObject({ status: 'CONNECTED', code_verification_status: 'VERIFIED' })
  const send = { messaging_product: 'whatsapp', to: '16505551234', text: { body: 'Hi' } }
  expect((await graph('POST', `/${id}/messages`, send)).status).toBe(200)
  expect((await graph('POST', `/${id}/deregister`)).body).toEqual({ success: true })
  expect(await node()).toMatchObject({ status: 'DISCONNECTED' })
  expect((await graph('POST', `/${id}/messages`, send)).body.error.code).toBe(133010)
  expect((await graph('POST', `/${id}/deregister`)).body.error.code).toBe(133010)
})

test.each<[string, Record<string, string | undefined>]>([
  ['no calling code', { cc: undefined }],
  ['a calling code of letters', { cc: 'US' }],
  ['no number', { phone_number: undefined }],
  ['a short number', { phone_number: '12' }],
  ['no name', { verified_name: undefined }],
  ['a name of one letter', { verified_name: 'L' }],
  ['a long name', { verified_name: 'L'.repeat(76) }],
  ['a number in use', { phone_number: '5550783881', cc: '1' }],
])('%s adds no number', async (_, change) => {
  await using simulator = await startTestSimulator()
  const { graph } = simulator
  if (change.phone_number === '5550783881') await add(simulator, change)
  const answer = await graph('POST', `/${ACCOUNT}/phone_numbers`, { ...GOOD, ...change })
  expect([answer.status, answer.body.error.code]).toEqual([400, 100])
})

test('an account has room for twenty numbers', async () => {
  await using simulator = await startTestSimulator()
  for (let count = 2; count < 20; count += 1) await add(simulator, { phone_number: `63155512${count + 10}` })
  const answer = await simulator.graph('POST', `/${ACCOUNT}/phone_numbers`, GOOD)
  expect(answer.body.error.message).toMatch('at most 20')
})

test('codes are refused as Meta does', async () => {
  await using simulator = await startTestSimulator()
  const { graph, clock } = simulator
  const id = await add(simulator)
  const ask = (body: unknown) => graph('POST', `/${id}/request_code`, body)
  expect((await ask({ language: 'en' })).body.error.code).toBe(100)
  expect((await ask({ code_method: 'PIGEON', language: 'en' })).body.error.code).toBe(100)
  expect((await ask({ code_method: 'SMS' })).body.error.code).toBe(100)
  expect((await ask({ code_method: 'SMS', language: 'English' })).body.error.code).toBe(100)
  for (let count = 0; count < 5; count += 1) {
    expect((await ask({ code_method: 'SMS', language: 'en' })).status).toBe(200)
  }
  expect((await ask({ code_method: 'SMS', language: 'en' })).body.error).toMatchObject({
    code: 136024,
    error_subcode: 2388091,
  })
  await clock.advance(3_600_000)
  expect((await ask({ code_method: 'SMS', language: 'en' })).status).toBe(200)
  const wrong = (await codeOf(simulator, id)) === '111111' ? '222222' : '111111'
  const verify = (code: unknown) => graph('POST', `/${id}/verify_code`, { code })
  expect((await verify(wrong)).body.error).toMatchObject({ code: 136025, error_subcode: 2388093 })
  expect((await verify('12')).body.error.code).toBe(100)
  expect((await verify(undefined)).body.error.code).toBe(100)
})

test('a PIN that was set is asked for, and not guessed', async () => {
  await using simulator = await startTestSimulator()
  const { graph, clock, control } = simulator
  await control('PATCH', '/settings', { limits: { registrations: null } })
  const id = await verified(simulator)
  const register = async (pin: unknown) => (await graph('POST', `/${id}/register`, { ...PIN, pin })).body
  expect((await register('12345')).error.code).toBe(100)
  expect((await register(undefined)).error.code).toBe(100)
  expect(await register('123456')).toEqual({ success: true })
  for (let count = 0; count < 5; count += 1) expect((await register('000000')).error.code).toBe(133005)
  expect((await register('123456')).error.code).toBe(133008)
  await clock.advance(3_600_000)
  expect(await register('123456')).toEqual({ success: true })
})

test('a registration is refused without its product, in a region Meta has not, and the eleventh time', async () => {
  await using simulator = await startTestSimulator()
  const { graph } = simulator
  const register = async (change = {}) => (await graph('POST', `/${NUMBER}/register`, { ...PIN, ...change })).body
  expect((await register({ messaging_product: undefined })).error.code).toBe(100)
  expect((await register({ data_localization_region: 'XX' })).error.code).toBe(100)
  for (let count = 0; count < 10; count += 1) expect(await register()).toEqual({ success: true })
  expect((await register()).error.code).toBe(133016)
  expect((await graph('POST', `/${NUMBER}/deregister`)).body.error.code).toBe(133016)
  expect((await graph('POST', `/${FOREIGN_NUMBER}/register`, PIN)).body.error.code).toBe(100)
})

test('a number of the WhatsApp Business app is not deregistered', async () => {
  const world = {
    app: { id: '2000000000000001', secret: 's' },
    accounts: [
      {
        id: ACCOUNT,
        name: 'Lucky Shrub',
        access_token: 'token-of-the-account',
        phone_numbers: [
          { id: NUMBER, display_phone_number: '+1 555-078-3881', verified_name: 'Lucky Shrub', coexistence: true },
        ],
      },
    ],
  }
  await using simulator = await startTestSimulator({ world })
  expect((await simulator.graph('POST', `/${NUMBER}/deregister`)).body.error.code).toBe(100)
})

test('the account of a business that is not verified has room for two numbers', async () => {
  const world = testWorld()
  Object.assign(world.accounts[0] ?? {}, { verified: false })
  await using simulator = await startTestSimulator({ world })
  const answer = await simulator.graph('POST', `/${ACCOUNT}/phone_numbers`, GOOD)
  expect(answer.body.error).toMatchObject({ code: 100, message: expect.stringMatching('at most 2') })
})

test('registering does not lift a ban', async () => {
  await using simulator = await startTestSimulator()
  const { graph, control } = simulator
  await control('PATCH', `/phone_numbers/${NUMBER}`, { status: 'BANNED' })
  expect((await graph('POST', `/${NUMBER}/register`, PIN)).body).toEqual({ success: true })
  expect((await graph('GET', `/${NUMBER}?fields=status`)).body.status).toBe('BANNED')
})
