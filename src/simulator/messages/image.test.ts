import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const link = 'https://example.com/a.png'

test.each([
  ['a link', { link }],
  ['a provider', { link, provider: { name: 'store' } }],
])('an image with %s is accepted', async (_, image) => {
  expect((await simulator.send({ type: 'image', image })).status).toBe(200)
})

test.each([
  [131008, 'neither id nor link', {}],
  [100, 'both id and link', { id: '1', link }],
  [100, 'a link that is none', { link: 'not a link' }],
  [100, 'a link of another scheme', { link: 'ftp://example.com/a.png' }],
  [100, 'a caption that is no text', { link, caption: 1 }],
  [100, 'an unknown key', { link, filename: 'a.png' }],
  [100, 'an id nobody has', { id: '1234567890123456' }],
])('%i for an image with %s', async (code, _, image) => {
  const { status, body } = await simulator.send({ type: 'image', image })
  expect([status, body.error.code]).toEqual([400, code])
})
