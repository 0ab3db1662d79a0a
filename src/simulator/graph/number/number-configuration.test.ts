import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const x = (length: number) => 'x'.repeat(length)
const pemOf = (modulusLength: number) =>
  generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
const { publicKey, privateKey } = pemOf(2048)
const command = { command_name: 'tickets', command_description: 'Book a flight' }

test('the commerce settings are read and changed, by query as well', async () => {
  const edge = `/${NUMBER}/whatsapp_commerce_settings`
  expect((await simulator.graph('GET', edge)).body).toEqual({
    data: [{ id: NUMBER, is_cart_enabled: true, is_catalog_visible: false }],
  })
  const answer = await simulator.graph('POST', `${edge}?is_cart_enabled=false&is_catalog_visible=true`)
  expect(answer.body).toEqual({ success: true })
  expect((await simulator.graph('GET', edge)).body.data[0]).toMatchObject({
    is_cart_enabled: false,
    is_catalog_visible: true,
  })
})

test('the automation is a field of the number', async () => {
  const prompts = ['Book a flight', 'Plan a vacation']
  const body = { enable_welcome_message: true, prompts, commands: [command] }
  expect((await simulator.graph('POST', `/${NUMBER}/conversational_automation`, body)).body).toEqual({ success: true })
  const { conversational_automation } = (await simulator.graph('GET', `/${NUMBER}?fields=conversational_automation`))
    .body
  expect(conversational_automation).toMatchObject(body)
})

test('settings are kept as they were given', async () => {
  const user_identity_change = { enable_identity_key_check: true }
  const storage_configuration = { status: 'IN_COUNTRY_STORAGE_ENABLED', data_localization_region: 'DE' }
  const payload_encryption = { status: 'ENABLED', client_encryption_key: publicKey }
  const given = { calling: { status: 'ENABLED' }, user_identity_change, storage_configuration, payload_encryption }
  expect((await simulator.graph('POST', `/${NUMBER}/settings`, given)).body).toEqual({ success: true })
  expect((await simulator.graph('GET', `/${NUMBER}/settings`)).body).toEqual(given)
})

test('the public key is kept', async () => {
  const edge = `/${NUMBER}/whatsapp_business_encryption`
  expect((await simulator.graph('GET', edge)).body).toEqual({})
  const form = new URLSearchParams({ business_public_key: publicKey }).toString()
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  expect((await simulator.graph('POST', edge, form, type)).body).toEqual({ success: true })
  expect((await simulator.graph('GET', edge)).body).toEqual({
    business_public_key: publicKey,
    business_public_key_signature_status: 'VALID',
  })
})

test.each<[string, string, Record<string, unknown>]>([
  ['no commerce setting', 'whatsapp_commerce_settings', {}],
  ['a cart of words', 'whatsapp_commerce_settings', { is_cart_enabled: 'maybe' }],
  ['five prompts', 'conversational_automation', { prompts: ['a', 'b', 'c', 'd', 'e'] }],
  ['a long prompt', 'conversational_automation', { prompts: [x(81)] }],
  ['prompts that are no list', 'conversational_automation', { prompts: 'a' }],
  ['31 commands', 'conversational_automation', { commands: Array(31).fill(command) }],
  ['a long command', 'conversational_automation', { commands: [{ ...command, command_name: x(33) }] }],
  ['a long description', 'conversational_automation', { commands: [{ ...command, command_description: x(257) }] }],
  ['a command without a description', 'conversational_automation', { commands: [{ command_name: 'a' }] }],
  ['a welcome of words', 'conversational_automation', { enable_welcome_message: 'maybe' }],
  ['no setting', 'settings', {}],
  ['calling half on', 'settings', { calling: { status: 'HALF' } }],
  ['calling that is no object', 'settings', { calling: 'ENABLED' }],
  ['an identity check of words', 'settings', { user_identity_change: { enable_identity_key_check: 'maybe' } }],
  ['an identity check of nothing', 'settings', { user_identity_change: {} }],
  ['encryption without a key', 'settings', { payload_encryption: { status: 'ENABLED' } }],
  ['storage nowhere', 'settings', { storage_configuration: { status: 'IN_COUNTRY_STORAGE_ENABLED' } }],
  ['storage of no kind', 'settings', { storage_configuration: { status: 'CLOUD' } }],
  ['negative storage', 'settings', { storage_configuration: { status: 'NO_STORAGE_ENABLED', retention_minutes: -1 } }],
  ['no key', 'whatsapp_business_encryption', {}],
  ['a key that is none', 'whatsapp_business_encryption', { business_public_key: 'key' }],
  ['a short key', 'whatsapp_business_encryption', { business_public_key: pemOf(1024).publicKey }],
  ['a private key', 'whatsapp_business_encryption', { business_public_key: privateKey }],
])('%s is refused', async (_, edge, body) => {
  const answer = await simulator.graph('POST', `/${NUMBER}/${edge}`, body)
  expect([answer.status, answer.body.error.code]).toEqual([400, 100])
})
