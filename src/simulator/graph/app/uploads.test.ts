import { afterAll, beforeAll, expect, test } from 'vitest'
import { ACCOUNT, startTestSimulator, type TestSimulator } from '../../testing/test-simulator.ts'
import { uploadFile } from '../media/upload-file.ts'

const APP = '2000000000000001'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

const start = (query: string) => simulator.graph('POST', `/${APP}/uploads?${query}`)
const put = (id: string, bytes: string, offset?: string) =>
  simulator.graph('POST', `/${id}`, Buffer.from(bytes), {
    'content-type': 'application/octet-stream',
    ...(offset === undefined ? {} : { file_offset: offset }),
  })

test('a file comes in pieces, and is a handle once it is whole', async () => {
  const body = { file_name: 'a.png', file_length: 6, file_type: 'image/png' }
  const { id } = (await simulator.graph('POST', `/${APP}/uploads`, body)).body
  expect(id).toMatch(/^upload:\w+$/)
  expect((await put(id, 'abc', '0')).body).toEqual({ id, file_offset: 3 })
  expect((await simulator.graph('GET', `/${id}`)).body).toEqual({ id, file_offset: 3 })
  expect((await put(id, 'abc', '0')).body.error.code).toBe(100)
  expect((await put(id, 'defg', '3')).body.error.code).toBe(100)
  expect((await put(id, 'def', '3')).body.h).toMatch(/^4::aW/)
  expect((await simulator.graph('GET', `/${id}`)).body.file_offset).toBe(6)
})

test.each([
  'file_type=image/png',
  'file_length=0&file_type=image/png',
  'file_length=many&file_type=image/png',
  'file_length=200000000&file_type=image/png',
  'file_length=3',
  'file_length=3&file_type=text/plain',
])('no upload is opened with %s', async (query) => {
  const answer = await start(query)
  expect([answer.status, answer.body.error.code]).toEqual([400, 100])
})

test('bytes need an offset, and an upload that exists', async () => {
  const { id } = (await start('file_length=3&file_type=image/png')).body
  expect((await put(id, 'abc')).body.error.code).toBe(100)
  expect((await put(id, '', '0')).body.error.code).toBe(100)
  expect((await put('upload:nothing', 'abc', '0')).body.error).toMatchObject({ code: 100, error_subcode: 33 })
})

test('a template takes the handle of a file of its kind', async () => {
  const create = async (name: string, handle: string) => {
    const components = [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: [handle] } },
      { type: 'BODY', text: 'Look at this' },
    ]
    const body = { name, language: 'en_US', category: 'MARKETING', components }
    return (await simulator.graph('POST', `/${ACCOUNT}/message_templates`, body)).body
  }
  const handle = await uploadFile(simulator, 'image/png')
  expect((await create('a', handle)).status).toBe('PENDING')
  expect((await create('b', `${handle}x`)).error.error_subcode).toBe(2388084)
  expect((await create('c', await uploadFile(simulator, 'video/mp4'))).error.error_subcode).toBe(2388084)
  expect((await create('d', '4::aW')).status).toBe('PENDING')
  expect((await create('e', 'https://example.com/a.png')).status).toBe('PENDING')
})
