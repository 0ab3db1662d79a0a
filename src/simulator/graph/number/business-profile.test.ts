import { afterAll, beforeAll, expect, test } from 'vitest'
import { NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'
import { uploadFile } from '../media/upload-file.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const EDGE = `/${NUMBER}/whatsapp_business_profile`
const x = (length: number) => 'x'.repeat(length)
const update = (change: Record<string, unknown>) =>
  simulator.graph('POST', EDGE, { messaging_product: 'whatsapp', ...change })

test('a profile starts with nothing but its vertical', async () => {
  await using fresh = await startTestSimulator()
  expect((await fresh.graph('GET', EDGE)).body).toEqual({
    data: [{ vertical: 'UNDEFINED', messaging_product: 'whatsapp' }],
  })
})

test('what is given changes, the rest stays', async () => {
  const profile = {
    about: 'Succulents',
    address: '1 Hacker Way',
    description: x(512),
    email: 'info@example.com',
    websites: ['https://example.com', 'https://example.org/shop'],
    vertical: 'RETAIL',
  }
  expect((await update(profile)).body).toEqual({ success: true })
  expect((await update({ address: '' })).body).toEqual({ success: true })
  expect((await simulator.graph('GET', EDGE)).body).toEqual({
    data: [{ ...profile, address: '', messaging_product: 'whatsapp' }],
  })
  expect((await simulator.graph('GET', `${EDGE}?fields=about`)).body).toEqual({
    data: [{ about: 'Succulents', vertical: 'RETAIL', messaging_product: 'whatsapp' }],
  })
  expect((await simulator.graph('GET', `${EDGE}?fields=colour`)).body.error.code).toBe(100)
})

test('a picture is the handle of an upload, and is read as a URL', async () => {
  const handle = await uploadFile(simulator, 'image/png')
  expect((await update({ profile_picture_handle: handle })).body).toEqual({ success: true })
  const { data } = (await simulator.graph('GET', `${EDGE}?fields=profile_picture_url`)).body
  expect(data[0].profile_picture_url).toMatch(/^https:/)
  const document = await uploadFile(simulator, 'application/pdf')
  expect((await update({ profile_picture_handle: document })).body.error.code).toBe(100)
})

test.each<[string, Record<string, unknown>]>([
  ['no product', { messaging_product: undefined }],
  ['an empty about', { about: '' }],
  ['a long about', { about: x(140) }],
  ['a long address', { address: x(257) }],
  ['a long description', { description: x(513) }],
  ['a long email', { email: `${x(117)}@example.com` }],
  ['an email that is none', { email: 'info' }],
  ['three websites', { websites: ['https://a.com', 'https://b.com', 'https://c.com'] }],
  ['a long website', { websites: [`https://example.com/${x(237)}`] }],
  ['a website that is none', { websites: ['example'] }],
  ['websites that are no list', { websites: 'https://example.com' }],
  ['an unknown vertical', { vertical: 'SPACE' }],
  ['an unknown handle', { profile_picture_handle: '4::aW' }],
])('%s is refused', async (_, change) => {
  const answer = await update(change)
  expect([answer.status, answer.body.error.code]).toEqual([400, 100])
})

test('the limit of the description can be the older one', async () => {
  await using own = await startTestSimulator()
  await own.control('PATCH', '/settings', { switches: { profile_description: 256 } })
  const body = { messaging_product: 'whatsapp', description: x(257) }
  expect((await own.graph('POST', EDGE, body)).body.error.code).toBe(100)
})
