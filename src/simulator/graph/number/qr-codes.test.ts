import { afterAll, beforeAll, expect, test } from 'vitest'
import { NUMBER, OTHER_NUMBER, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const EDGE = `/${NUMBER}/message_qrdls`
const create = async (body: Record<string, unknown>) => (await simulator.graph('POST', EDGE, body)).body

test('a code is made, changed, read and deleted', async () => {
  const made = await create({ prefilled_message: 'Show me succulents!' })
  const { code } = made
  expect(made).toEqual({
    code: expect.stringMatching(/^[A-Z0-9]{14}$/),
    prefilled_message: 'Show me succulents!',
    deep_link_url: `https://wa.me/message/${code}`,
  })
  const changed = await create({ code, prefilled_message: 'Show me cacti!', generate_qr_image: 'PNG' })
  expect(changed).toMatchObject({ code, prefilled_message: 'Show me cacti!' })
  expect(changed.qr_image_url).toMatch(/\.png$/)
  expect((await simulator.graph('GET', `${EDGE}/${code}`)).body).toEqual({
    data: [{ code, prefilled_message: 'Show me cacti!', deep_link_url: made.deep_link_url }],
  })
  expect((await simulator.graph('DELETE', `${EDGE}/${code}`)).body).toEqual({ success: true })
  for (const method of ['GET', 'DELETE']) {
    const answer = await simulator.graph(method, `${EDGE}/${code}`)
    expect([answer.status, answer.body.error.code]).toEqual([400, 100])
  }
})

test('the list has pages, and the fields asked for', async () => {
  const edge = `/${OTHER_NUMBER}/message_qrdls`
  const codes: string[] = []
  for (const prefilled_message of ['One', 'Two', 'Three']) {
    codes.unshift((await simulator.graph('POST', edge, { prefilled_message })).body.code)
  }
  const first = (await simulator.graph('GET', `${edge}?limit=2&fields=code,qr_image_url.format(PNG)`)).body
  expect(first.data).toEqual(codes.slice(0, 2).map((code) => ({ code, qr_image_url: expect.stringMatching(/png$/) })))
  const next = (await simulator.graph('GET', `${edge}?limit=2&after=${first.paging.cursors.after}`)).body
  expect(next.data).toMatchObject([{ code: codes[2], prefilled_message: 'One' }])
  expect((await simulator.graph('GET', `${edge}?code=${codes[1]}`)).body.data).toHaveLength(1)
})

test.each<[string, Record<string, unknown>]>([
  ['no message', {}],
  ['an empty message', { prefilled_message: '' }],
  ['a long message', { prefilled_message: 'x'.repeat(141) }],
  ['a picture of another kind', { prefilled_message: 'Hi', generate_qr_image: 'GIF' }],
  ['a code nobody has', { prefilled_message: 'Hi', code: 'ABCDEFGHIJKLMN' }],
])('%s is refused', async (_, body) => {
  expect((await create(body)).error.code).toBe(100)
})

test('a number has so many codes', async () => {
  await using own = await startTestSimulator()
  await own.control('PATCH', '/settings', { limits: { qr_codes: 1 } })
  expect((await own.graph('POST', EDGE, { prefilled_message: 'One' })).status).toBe(200)
  expect((await own.graph('POST', EDGE, { prefilled_message: 'Two' })).body.error.code).toBe(100)
})
