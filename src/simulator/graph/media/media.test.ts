import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type Answer,
  FOREIGN_NUMBER,
  NUMBER,
  OTHER_NUMBER,
  startTestSimulator,
  type TestSimulator,
  TOKEN,
} from '../../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

type Form = Record<string, string | { bytes: Uint8Array | string; type?: string; name?: string }>
const png = { bytes: 'not really a picture', type: 'image/png', name: 'a.png' }

function upload(form: Form, path = `/${NUMBER}/media`, on = simulator): Promise<Answer> {
  const data = new FormData()
  for (const [key, value] of Object.entries(form)) {
    if (typeof value === 'string') data.append(key, value)
    else data.append(key, new Blob([Buffer.from(value.bytes)], { type: value.type ?? '' }), value.name ?? 'file')
  }
  return on.graph('POST', path, data)
}

const bearer = { authorization: `Bearer ${TOKEN}` }

test('an upload is stored, read, downloaded whole and in ranges, sent, and deleted', async () => {
  const { body: uploaded } = await upload({ messaging_product: 'whatsapp', type: 'image/png', file: png })
  expect(uploaded).toEqual({ id: expect.stringMatching(/^\d{15,17}$/) })
  const { body: media } = await simulator.graph('GET', `/${uploaded.id}`)
  expect(media).toEqual({
    messaging_product: 'whatsapp',
    url: expect.stringContaining(simulator.url),
    mime_type: 'image/png',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    file_size: 20,
    id: uploaded.id,
  })

  const whole = await fetch(media.url, { headers: bearer })
  expect([whole.status, await whole.text()]).toEqual([200, 'not really a picture'])
  expect(whole.headers.get('content-type')).toBe('image/png')
  const range = async (range: string) => {
    const answer = await fetch(media.url, { headers: { ...bearer, range } })
    return [answer.status, await answer.text(), answer.headers.get('content-range')]
  }
  expect(await range('bytes=0-2')).toEqual([206, 'not', 'bytes 0-2/20'])
  expect(await range('bytes=13-')).toEqual([206, 'picture', 'bytes 13-19/20'])
  expect(await range('bytes=-7')).toEqual([206, 'picture', 'bytes 13-19/20'])
  expect(await range('bytes=20-')).toEqual([416, '', 'bytes */20'])

  const sent = await simulator.send({ type: 'image', image: { id: uploaded.id } })
  expect(sent.status).toBe(200)
  expect((await simulator.graph('DELETE', `/${uploaded.id}`)).body).toEqual({ success: true })
  const gone = await simulator.graph('GET', `/${uploaded.id}`)
  expect([gone.status, gone.body.error.error_subcode]).toEqual([400, 33])
  expect((await fetch(media.url, { headers: bearer })).status).toBe(404)
  expect((await simulator.send({ type: 'image', image: { id: uploaded.id } })).body.error.code).toBe(100)
})

test('a download needs the token, within five minutes', async () => {
  await using own = await startTestSimulator()
  const { body } = await upload({ messaging_product: 'whatsapp', file: png }, `/${NUMBER}/media`, own)
  const { url } = (await own.graph('GET', `/${body.id}`)).body
  const status = async (headers: Record<string, string>) => (await fetch(url, { headers, redirect: 'manual' })).status
  expect(await status({})).toBe(401)
  expect(await status({ authorization: 'Bearer wrong' })).toBe(401)
  expect(await status({ authorization: 'Bearer token-of-another' })).toBe(404)
  await own.clock.advance(5 * 60_000)
  expect(await status(bearer)).toBe(200)
  await own.clock.advance(1000)
  expect(await status(bearer)).toBe(404)
  expect((await fetch(url.replace(/hash=./, 'hash=_'), { headers: bearer })).status).toBe(404)
})

test('an id belongs to its number and lives thirty days', async () => {
  await using own = await startTestSimulator()
  const { id } = (await upload({ messaging_product: 'whatsapp', file: png }, `/${NUMBER}/media`, own)).body
  const read = async (path: string) => (await own.graph('GET', path)).status
  expect(await read(`/${id}?phone_number_id=${NUMBER}`)).toBe(200)
  expect(await read(`/${id}?phone_number_id=${OTHER_NUMBER}`)).toBe(400)
  const message = { messaging_product: 'whatsapp', to: '16505551234', type: 'image', image: { id } }
  expect((await own.graph('POST', `/${OTHER_NUMBER}/messages`, message)).body.error.code).toBe(100)
  await own.clock.advance(30 * 24 * 3600_000 - 1)
  expect(await read(`/${id}`)).toBe(200)
  await own.clock.advance(1)
  expect(await read(`/${id}`)).toBe(400)
})

const MB = 1024 * 1024
const webp = (flags: number, size: number) => {
  const bytes = Buffer.alloc(size)
  bytes.write('RIFF', 0, 'latin1')
  bytes.write('WEBPVP8X', 8, 'latin1')
  bytes[20] = flags
  return bytes
}
const file = (type: string, bytes: Uint8Array | string = 'x') => ({ bytes, type })

test.each<[string, Form]>([
  ['a bare kind as type', { messaging_product: 'whatsapp', type: 'image', file: png }],
  ['no type', { messaging_product: 'whatsapp', file: png }],
  [
    'its type in the form only',
    { messaging_product: 'whatsapp', type: 'image/png', file: file('application/octet-stream') },
  ],
  ['the form after the file', { file: png, type: 'image/png', messaging_product: 'whatsapp' }],
  ['a text', { messaging_product: 'whatsapp', file: file('text/plain') }],
  ['Ogg that says it is Opus', { messaging_product: 'whatsapp', file: file('audio/ogg; codecs=opus') }],
  ['Ogg that is Opus', { messaging_product: 'whatsapp', file: file('audio/ogg', 'OggS....OpusHead') }],
  ['an image at its cap', { messaging_product: 'whatsapp', file: file('image/jpeg', Buffer.alloc(5 * MB)) }],
  ['a video at its cap', { messaging_product: 'whatsapp', file: file('video/mp4', Buffer.alloc(16 * MB)) }],
  [
    'a document beyond the other caps',
    { messaging_product: 'whatsapp', file: file('application/pdf', Buffer.alloc(17 * MB)) },
  ],
  ['a sticker at its cap', { messaging_product: 'whatsapp', file: file('image/webp', webp(0, 100 * 1024)) }],
  ['an animated sticker at its cap', { messaging_product: 'whatsapp', file: file('image/webp', webp(2, 500 * 1024)) }],
])('an upload with %s is taken', async (_, form) => {
  expect((await upload(form)).body).toEqual({ id: expect.any(String) })
})

test.each<[string, Form, RegExp]>([
  ['no messaging_product', { file: png }, /The parameter messaging_product is required/],
  ['no file', { messaging_product: 'whatsapp' }, /The parameter file is required/],
  ['an empty file', { messaging_product: 'whatsapp', file: file('image/png', '') }, /must not be empty/],
  [
    'a type off the list',
    { messaging_product: 'whatsapp', file: file('text/csv') },
    /Received file of type 'text\/csv'/,
  ],
  ['WAV', { messaging_product: 'whatsapp', file: file('audio/wav') }, /Received file of type/],
  ['bare Ogg', { messaging_product: 'whatsapp', file: file('audio/ogg') }, /Received file of type/],
  [
    'Ogg of another codec',
    { messaging_product: 'whatsapp', file: file('audio/ogg; codecs=opus', 'OggS....vorbis') },
    /Received/,
  ],
  [
    'an image past its cap',
    { messaging_product: 'whatsapp', file: file('image/jpeg', Buffer.alloc(5 * MB + 1)) },
    /at most/,
  ],
  [
    'audio past its cap',
    { messaging_product: 'whatsapp', file: file('audio/mpeg', Buffer.alloc(16 * MB + 1)) },
    /at most/,
  ],
  [
    'a sticker past its cap',
    { messaging_product: 'whatsapp', file: file('image/webp', webp(0, 100 * 1024 + 1)) },
    /at most/,
  ],
  [
    'an animated sticker past its cap',
    { messaging_product: 'whatsapp', file: file('image/webp', webp(2, 500 * 1024 + 1)) },
    /at most/,
  ],
])('an upload with %s is refused with 100', async (_, form, sentence) => {
  const { status, body } = await upload(form)
  expect([status, body.error.code]).toEqual([400, 100])
  expect(body.error.message).toMatch(sentence)
})

test('messaging_product may stand in the query, and a form that is none is refused', async () => {
  expect((await upload({ file: png }, `/${NUMBER}/media?messaging_product=whatsapp`)).status).toBe(200)
  expect((await simulator.graph('POST', `/${NUMBER}/media`, {})).body.error.code).toBe(100)
  expect(
    (await upload({ messaging_product: 'whatsapp', file: png }, `/${FOREIGN_NUMBER}/media`)).body.error.error_subcode,
  ).toBe(33)
})

test.each([
  ['no boundary', 'multipart/form-data', 'x'],
  [
    'a body that is cut off',
    'multipart/form-data; boundary=b',
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
  ],
  ['a body without parts', 'multipart/form-data; boundary=b', '--b--'],
  ['an empty body', 'multipart/form-data; boundary=b', ''],
  ['garbage', 'multipart/form-data; boundary=b', '\u0000\u0001--b\r\nfoo\r\n'],
])('broken multipart with %s is refused with 100', async (_, type, body) => {
  const answer = await simulator.graph('POST', `/${NUMBER}/media`, body, { 'content-type': type })
  expect([answer.status, answer.body.error.code]).toEqual([400, 100])
})

test('the files go with the simulator', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('whatsapp-simulator-'))
  const before = folders()
  const own = await startTestSimulator()
  await upload({ messaging_product: 'whatsapp', file: png }, `/${NUMBER}/media`, own)
  const [folder] = folders().filter((name) => !before.includes(name))
  expect(folder).toBeDefined()
  await own[Symbol.asyncDispose]()
  expect(folders()).not.toContain(folder)
})
