import { expect, test } from 'vitest'
import { ACCOUNT, NUMBER, OTHER_NUMBER, startTestSimulator, testWorld } from '../testing/test-simulator.ts'
import { startReceiver, type WebhookReceiver } from '../testing/webhook-receiver.ts'

const SECRET = 'app-secret'
const APP = '2000000000000001'

/** Receivers for the app, the account and one number. */
async function threeCallbacks() {
  const simulator = await startTestSimulator()
  const account = await startReceiver(SECRET)
  const number = await startReceiver(SECRET)
  const says = (phone_number_id: string) =>
    simulator.control('POST', '/customers/16505551234/messages', {
      phone_number_id,
      type: 'text',
      text: { body: 'Hello' },
    })
  const counts = () => [simulator.receiver, account, number].map(({ deliveries }) => deliveries.length)
  return {
    ...simulator,
    account,
    number,
    says,
    counts,
    async [Symbol.asyncDispose]() {
      await simulator[Symbol.asyncDispose]()
      await account.close()
      await number.close()
    },
  }
}

const override = ({ url, verifyToken }: WebhookReceiver) => ({
  override_callback_uri: url,
  verify_token: verifyToken,
})

test('messages go to the callback of the number, else of the account, else of the app', async () => {
  await using meta = await threeCallbacks()
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([1, 0, 0])
  expect((await meta.graph('POST', `/${ACCOUNT}/subscribed_apps`, override(meta.account))).body).toEqual({
    success: true,
  })
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([1, 1, 0])
  const set = { webhook_configuration: override(meta.number) }
  expect((await meta.graph('POST', `/${NUMBER}`, set)).body).toEqual({ success: true })
  await meta.says(NUMBER)
  await meta.says(OTHER_NUMBER)
  expect(meta.counts()).toEqual([1, 2, 1])
  expect(meta.number.deliveries[0]?.validSignatures).toEqual([true, true])

  const { body } = await meta.graph('GET', `/${NUMBER}?fields=webhook_configuration`)
  expect(body.webhook_configuration).toEqual({
    phone_number: meta.number.url,
    whatsapp_business_account: meta.account.url,
    application: meta.receiver.url,
  })
  expect((await meta.graph('GET', `/${ACCOUNT}/subscribed_apps`)).body.data).toMatchObject([
    { whatsapp_business_api_data: { id: APP }, override_callback_uri: meta.account.url },
  ])
})

test('an empty text clears the callback of a number, a plain subscription the one of an account', async () => {
  await using meta = await threeCallbacks()
  await meta.graph('POST', `/${ACCOUNT}/subscribed_apps`, override(meta.account))
  await meta.graph('POST', `/${NUMBER}`, { webhook_configuration: override(meta.number) })
  await meta.graph('POST', `/${NUMBER}`, { webhook_configuration: { override_callback_uri: '' } })
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([0, 1, 0])
  await meta.graph('POST', `/${ACCOUNT}/subscribed_apps`)
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([1, 1, 0])
})

test('what is not of the messages family goes to the app whatever is overridden', async () => {
  await using meta = await threeCallbacks()
  await meta.graph('POST', `/${ACCOUNT}/subscribed_apps`, override(meta.account))
  await meta.control('PATCH', `/accounts/${ACCOUNT}`, { tier: 'TIER_10K' })
  expect(meta.counts()).toEqual([1, 0, 0])
  const [delivery] = meta.receiver.deliveries
  expect(JSON.parse(delivery?.raw ?? '').entry[0]).toMatchObject({
    time: 1_790_000_000,
    changes: [{ field: 'business_capability_update', value: { max_daily_conversations_per_business: 'TIER_10K' } }],
  })
})

test('a callback that fails its handshake is not set, in any of the three places', async () => {
  await using meta = await threeCallbacks()
  const wrong = { override_callback_uri: meta.account.url, verify_token: 'wrong' }
  for (const [path, body] of [
    [`/${ACCOUNT}/subscribed_apps`, wrong],
    [`/${NUMBER}`, { webhook_configuration: wrong }],
    [
      `/${APP}/subscriptions`,
      { object: 'whatsapp_business_account', callback_url: meta.account.url, verify_token: 'wrong' },
    ],
  ] as const) {
    const { status, body: answer } = await meta.graph('POST', path, body)
    expect([status, answer.error.code]).toEqual([400, 2200])
    expect(answer.error.message).toBe(
      '(#2200) Callback verification failed with the following errors: HTTP Status Code = 403; HTTP Message = Forbidden',
    )
  }
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([1, 0, 0])
})

test('an app hears of the fields it subscribed to, and of nothing once it is unsubscribed', async () => {
  await using meta = await threeCallbacks()
  const fields = async (names: string) => {
    const { url, verifyToken } = meta.receiver
    const subscription = { object: 'whatsapp_business_account', callback_url: url, verify_token: verifyToken }
    return (await meta.graph('POST', `/${APP}/subscriptions`, { ...subscription, fields: names })).status
  }
  expect(await fields('message_template_status_update,account_update')).toBe(200)
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([0, 0, 0])
  await meta.control('PATCH', `/accounts/${ACCOUNT}`, { condition: 'locked' })
  expect(meta.counts()).toEqual([1, 0, 0])
  expect((await meta.graph('GET', `/${APP}/subscriptions`)).body.data).toMatchObject([
    { fields: [{ name: 'message_template_status_update' }, { name: 'account_update' }] },
  ])
  await fields('messages')
  await meta.graph('DELETE', `/${ACCOUNT}/subscribed_apps`)
  await meta.says(NUMBER)
  expect(meta.counts()).toEqual([1, 0, 0])
})

test('a repeated webhook goes to every app that listens, so healthy ones see it twice', async () => {
  const world = testWorld()
  const healthy = await startReceiver('second-secret')
  world.other_apps = [{ id: '2000000000000002', secret: 'second-secret', callback_url: healthy.url }]
  await using simulator = await startTestSimulator({ world, answers: [500, 500] })
  await simulator.customerSays('Hello')
  await simulator.control('POST', '/clock/advance', { ms: 120_000 })
  expect(simulator.receiver.deliveries.map(({ answered }) => answered)).toEqual([500, 500, 200])
  expect(healthy.deliveries).toHaveLength(3)
  expect(healthy.deliveries.every(({ validSignatures }) => validSignatures[0])).toBe(true)
  expect(new Set([...simulator.receiver.deliveries, ...healthy.deliveries].map(({ raw }) => raw)).size).toBe(1)
  await healthy.close()
})
