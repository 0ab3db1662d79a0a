import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestSimulator, type TestSimulator, testWorld } from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

type Json = Record<string, unknown>

async function codeOf(interactive: unknown): Promise<number> {
  const { status, body } = await simulator.send({ type: 'interactive', interactive })
  return status === 200 ? 200 : body.error.code
}

const x = (length: number) => '🌵'.repeat(length)
const body = { text: 'Choose' }
const replyButton = (id: unknown, title: unknown) => ({ type: 'reply', reply: { id, title } })
const button = (more: Json = {}, buttons: unknown = [replyButton('1', 'Yes')]) => ({
  type: 'button',
  body,
  action: { buttons },
  ...more,
})
const row = (id: string, title = `Row ${id}`, more: Json = {}) => ({ id, title, ...more })
const rows = (count: number) => Array.from({ length: count }, (_, index) => row(String(index)))
const list = (more: Json = {}, sections: unknown = [{ rows: rows(1) }], label: unknown = 'Open') => ({
  type: 'list',
  body,
  action: { button: label, sections },
  ...more,
})
const cta = (parameters: unknown = { display_text: 'Open', url: 'https://example.com' }, more: Json = {}) => ({
  type: 'cta_url',
  body,
  action: { name: 'cta_url', parameters },
  ...more,
})
const place = (more: Json = {}) => ({
  type: 'location_request_message',
  body,
  action: { name: 'send_location' },
  ...more,
})
const catalog = (more: Json = {}, parameters?: unknown) => ({
  type: 'catalog_message',
  body,
  action: { name: 'catalog_message', ...(parameters === undefined ? {} : { parameters }) },
  ...more,
})
const picture = { link: 'https://example.com/a.png' }

describe('parts that all kinds share', () => {
  test.each<[number, string, unknown]>([
    [131008, 'no type', { body, action: {} }],
    [131009, 'a type nobody knows', { type: 'slider', body, action: {} }],
    [100, 'no object', 'button'],
    [100, 'an unknown key', button({ colour: 'red' })],
    [131008, 'no action', button({ action: undefined })],
    [100, 'no body', button({ body: undefined })],
    [100, 'a body without text', button({ body: {} })],
    [100, 'a number as text', button({ body: { text: 1 } })],
    [131009, 'an empty body', button({ body: { text: '' } })],
    [131008, 'a header without its text', button({ header: { type: 'text' } })],
    [131009, 'a header of a type nobody knows', button({ header: { type: 'audio' } })],
    [100, 'a header of two kinds', button({ header: { type: 'text', text: 'a', image: picture } })],
    [200, 'an image header', button({ header: { type: 'image', image: picture } })],
    [200, 'a video header', button({ header: { type: 'video', video: picture } })],
    [200, 'a document header', button({ header: { type: 'document', document: { ...picture, filename: 'a.pdf' } } })],
    [131008, 'an image header without image', button({ header: { type: 'image' } })],
    [100, 'an image header with an unknown id', button({ header: { type: 'image', image: { id: '12' } } })],
  ])('%i for %s', async (code, _, interactive) => {
    expect(await codeOf(interactive)).toBe(code)
  })
})

describe('reply buttons', () => {
  const buttons = (count: number) =>
    Array.from({ length: count }, (_, index) => replyButton(`id ${index}`, `Title ${index}`))
  test.each<[number, string, unknown]>([
    [131009, 'none', []],
    [200, 'three', buttons(3)],
    [131009, 'four', buttons(4)],
    [131008, 'no list', undefined],
    [100, 'an object instead of a list', {}],
    [131009, 'a blank title', [replyButton('1', ' ')]],
    [131009, 'a title with a blank at its end', [replyButton('1', 'Yes ')]],
    [131009, 'an id with a blank at its start', [replyButton(' 1', 'Yes')]],
    [131009, 'the same id twice', [replyButton('1', 'Yes'), replyButton('1', 'No')]],
    [131009, 'the same title twice', [replyButton('1', 'Yes'), replyButton('2', 'Yes')]],
    [131008, 'a button without id', [replyButton(undefined, 'Yes')]],
    [131008, 'a button without title', [replyButton('1', undefined)]],
    [100, 'a number as title', [replyButton('1', 2)]],
    [131009, 'a button of another type', [{ type: 'url', reply: { id: '1', title: 'Yes' } }]],
    [100, 'an unknown key', [{ ...replyButton('1', 'Yes'), colour: 'red' }]],
  ])('%i for %s', async (code, _, sent) => {
    expect(await codeOf(button({ action: { buttons: sent } }))).toBe(code)
  })
})

describe('lists', () => {
  const sections = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ title: `S${index}`, rows: [row(String(index))] }))
  test.each<[number, string, unknown]>([
    [131009, 'an image header', list({ header: { type: 'image', image: picture } })],
    [131008, 'no label', list({ action: { sections: [{ rows: rows(1) }] } })],
    [131008, 'no sections', list({ action: { button: 'Open' } })],
    [131009, 'an empty list of sections', list({}, [])],
    [200, 'ten sections', list({}, sections(10))],
    [131009, 'eleven sections', list({}, sections(11))],
    [200, 'ten rows', list({}, [{ rows: rows(10) }])],
    [131009, 'eleven rows', list({}, [{ rows: rows(11) }])],
    [
      131009,
      'eleven rows over two sections',
      list({}, [
        { title: 'A', rows: rows(10) },
        { title: 'B', rows: [row('x')] },
      ]),
    ],
    [131009, 'a section without rows', list({}, [{ rows: [] }])],
    [131008, 'two sections, one without title', list({}, [{ rows: rows(1) }, { title: 'B', rows: [row('x')] }])],
    [131009, 'the same row id twice', list({}, [{ rows: [row('1'), row('1')] }])],
    [131008, 'a row without title', list({}, [{ rows: [{ id: '1' }] }])],
    [100, 'an unknown key in a row', list({}, [{ rows: [row('1', 'a', { colour: 'red' })] }])],
  ])('%i for %s', async (code, _, interactive) => {
    expect(await codeOf(interactive)).toBe(code)
  })
})

describe('links, locations and catalogs', () => {
  test.each<[number, string, unknown]>([
    [200, 'a link', cta()],
    [131009, 'a link that is none', cta({ display_text: 'Open', url: 'example' })],
    [131009, 'a link of another scheme', cta({ display_text: 'Open', url: 'mailto:a@example.com' })],
    [131008, 'a link without URL', cta({ display_text: 'Open' })],
    [131008, 'a link without parameters', cta(null)],
    [131009, 'a link with another name', cta(undefined, { action: { name: 'open', parameters: {} } })],
    [200, 'a location request', place()],
    [131009, 'a location request with a header', place({ header: { type: 'text', text: 'a' } })],
    [131009, 'a location request with a footer', place({ footer: { text: 'a' } })],
    [131009, 'a location request with another name', place({ action: { name: 'send_photo' } })],
    [131008, 'a location request without a name', place({ action: {} })],
    [200, 'a catalog', catalog()],
    [200, 'a catalog with a thumbnail', catalog({}, { thumbnail_product_retailer_id: 'SKU_1' })],
    [200, 'a catalog with a footer', catalog({ footer: { text: x(60) } })],
    [131009, 'a thumbnail that is no product', catalog({}, { thumbnail_product_retailer_id: 'SKU_2' })],
    [100, 'a catalog with an unknown key', catalog({}, { colour: 'red' })],
    [131009, 'a catalog with another name', catalog({ action: { name: 'catalog' } })],
  ])('%i for %s', async (code, _, interactive) => {
    expect(await codeOf(interactive)).toBe(code)
  })

  test('a catalog message needs a catalog', async () => {
    const world = testWorld()
    for (const account of world.accounts) delete account.catalog
    await using bare = await startTestSimulator({ world })
    const { body } = await bare.send({ type: 'interactive', interactive: catalog() })
    expect(body.error.code).toBe(131009)
  })
})
