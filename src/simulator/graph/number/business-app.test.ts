import { expect, test } from 'vitest'
import { NUMBER, OTHER_NUMBER, startTestSimulator, testWorld } from '../../testing/test-simulator.ts'

test('the app’s data is asked for once each, within a day', async () => {
  const world = testWorld()
  Object.assign(world.accounts[0]?.phone_numbers[0] ?? {}, { coexistence: true })
  await using simulator = await startTestSimulator({ world })
  const ask = async (body: Record<string, unknown>, number = NUMBER) =>
    (await simulator.graph('POST', `/${number}/smb_app_data`, { messaging_product: 'whatsapp', ...body })).body
  const asked = { messaging_product: 'whatsapp', request_id: expect.any(String) }
  expect(await ask({ sync_type: 'smb_app_state_sync' })).toEqual(asked)
  expect(await ask({ sync_type: 'history' })).toEqual(asked)
  expect((await ask({ sync_type: 'history' })).error.code).toBe(2593107)
  expect((await ask({ sync_type: 'everything' })).error.code).toBe(100)
  expect((await ask({})).error.code).toBe(100)
  expect((await ask({ sync_type: 'history', messaging_product: undefined })).error.code).toBe(100)
  expect((await ask({ sync_type: 'history' }, OTHER_NUMBER)).error.code).toBe(100)
  await simulator.clock.advance(24 * 3_600_000)
  expect((await ask({ sync_type: 'history' })).error.code).toBe(2593108)
})

test('nobody has applied for the badge', async () => {
  await using simulator = await startTestSimulator()
  const { body } = await simulator.graph('GET', `/${NUMBER}/official_business_account`)
  expect(body).toEqual({ oba_status: 'NOT_STARTED', id: NUMBER })
})
