import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  ACCOUNT,
  CATALOG,
  startTestSimulator,
  type TestSimulator,
  TOKEN,
  testWorld,
} from '../../testing/test-simulator.ts'

const BUSINESS = '506914307656634'
const OTHER = '102290129340399'

let simulator: TestSimulator
beforeAll(async () => {
  const world = testWorld()
  for (const account of world.accounts) Object.assign(account, { business_id: BUSINESS, access_token: TOKEN })
  simulator = await startTestSimulator({ world })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const get = async (path: string) => (await simulator.graph('GET', path)).body

test('a business has accounts, page by page', async () => {
  expect(await get(`/${BUSINESS}`)).toEqual({ id: BUSINESS, name: 'Lucky Shrub' })
  const edge = `/${BUSINESS}/owned_whatsapp_business_accounts`
  const { data } = await get(`${edge}?fields=name,ownership_type`)
  expect(data).toEqual([
    { id: ACCOUNT, name: 'Lucky Shrub', ownership_type: 'SELF_OWNED' },
    { id: OTHER, name: 'Somebody else', ownership_type: 'SELF_OWNED' },
  ])
  const first = await get(`${edge}?limit=1`)
  expect((await get(`${edge}?limit=1&after=${first.paging.cursors.after}`)).data[0].id).toBe(OTHER)
  expect((await get(`${edge}?fields=colour`)).error.code).toBe(100)
  expect((await get(`${edge}?after=nowhere`)).error.code).toBe(131059)
  expect(await get(`/${BUSINESS}/client_whatsapp_business_accounts`)).toEqual({ data: [] })
})

test('an account has catalogs', async () => {
  expect((await get(`/${ACCOUNT}/product_catalogs`)).data).toEqual([{ id: CATALOG, name: expect.any(String) }])
  expect((await get(`/${OTHER}/product_catalogs`)).data).toEqual([])
})

test('an account has users: the system user, and who is assigned', async () => {
  const edge = `/${ACCOUNT}/assigned_users`
  const me = (await get('/me')).id
  const users = async () => (await get(`${edge}?business=${BUSINESS}`)).data
  expect(await users()).toEqual([{ id: me, name: expect.any(String), tasks: ['MANAGE'] }])
  const assigned = await simulator.graph('POST', `${edge}?user=1000000001&tasks=['DEVELOP']`.replaceAll("'", '"'))
  expect(assigned.body).toEqual({ success: true })
  expect((await users())[1]).toMatchObject({ id: '1000000001', tasks: ['DEVELOP'] })
  expect((await simulator.graph('DELETE', `${edge}?user=1000000001`)).body).toEqual({ success: true })
  expect(await users()).toHaveLength(1)
})

test.each([
  ['GET', ''],
  ['GET', '?business=1'],
  ['POST', '?tasks=["MANAGE"]'],
  ['POST', '?user=1000000001'],
  ['POST', '?user=1000000001&tasks=[]'],
  ['POST', '?user=1000000001&tasks=["DANCE"]'],
  ['POST', '?user=me&tasks=["MANAGE"]'],
  ['DELETE', ''],
])('%s assigned_users%s is refused', async (method, query) => {
  expect((await simulator.graph(method, `/${ACCOUNT}/assigned_users${query}`)).body.error.code).toBe(100)
})
