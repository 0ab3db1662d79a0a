import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'
import type { TemplateSeed } from '../world.ts'

const seed = (name: string, components: Record<string, unknown>[], more: Partial<TemplateSeed> = {}): TemplateSeed => ({
  name,
  language: 'en_US',
  category: 'UTILITY',
  components: [...components],
  ...more,
})
const bodyOf = (text: string) => ({ type: 'BODY', text })
const headerOf = (format: string) => ({ type: 'HEADER', format })
const buttonsOf = (...buttons: Record<string, unknown>[]) => ({ type: 'BUTTONS', buttons })

const templates = [
  seed('plain', [bodyOf('Your order is ready.')]),
  seed('two', [{ type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' }, bodyOf('Hi {{1}}, it is {{2}} now.')]),
  seed('named', [bodyOf('Hi {{name}}, {{thing}} is ready.')], { parameter_format: 'NAMED' }),
  seed('picture', [headerOf('IMAGE'), bodyOf('Look.')]),
  seed('film', [headerOf('VIDEO'), bodyOf('Look.')]),
  seed('paper', [headerOf('DOCUMENT'), bodyOf('Look.')]),
  seed('place', [headerOf('LOCATION'), bodyOf('Here.')]),
  seed('buttons', [
    bodyOf('Choose.'),
    { type: 'FOOTER', text: 'Thanks' },
    buttonsOf(
      { type: 'QUICK_REPLY', text: 'Yes' },
      { type: 'URL', text: 'Track', url: 'https://example.com/{{1}}' },
      { type: 'URL', text: 'Home', url: 'https://example.com' },
      { type: 'COPY_CODE', text: 'Copy code', example: 'SAVE' },
    ),
  ]),
  seed('catalog', [bodyOf('Shop.'), buttonsOf({ type: 'CATALOG', text: 'View catalog' })], { category: 'MARKETING' }),
  seed(
    'code',
    [{ type: 'BODY', add_security_recommendation: true }, buttonsOf({ type: 'OTP', otp_type: 'COPY_CODE' })],
    {
      category: 'AUTHENTICATION',
    },
  ),
  seed('paused', [bodyOf('Hi.')], { status: 'PAUSED' }),
  seed('disabled', [bodyOf('Hi.')], { status: 'DISABLED' }),
  seed('pending', [bodyOf('Hi.')], { status: 'PENDING' }),
  seed('long', [bodyOf(`${'x'.repeat(1000)} {{1}}.`)]),
]

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({ templates })
})
afterAll(() => simulator[Symbol.asyncDispose]())

const send = (name: string, components?: unknown, more: Record<string, unknown> = {}) =>
  simulator.send({ type: 'template', template: { name, language: { code: 'en_US' }, components, ...more } })

const text = (value: unknown, parameter_name?: string) => ({
  type: 'text',
  text: value,
  ...(parameter_name && { parameter_name }),
})
const body = (...parameters: unknown[]) => ({ type: 'body', parameters })
const header = (...parameters: unknown[]) => ({ type: 'header', parameters })
const button = (index: unknown, sub_type: string, ...parameters: unknown[]) => ({
  type: 'button',
  sub_type,
  index,
  parameters,
})
const tracked = button(1, 'url', text('42'))
const code = button('3', 'copy_code', { type: 'coupon_code', coupon_code: 'A'.repeat(20) })
const link = 'https://example.com/a'
const location = { latitude: '52.5', longitude: 13.4, name: 'Here', address: 'Street 1' }

test.each<[string, string, unknown[] | undefined]>([
  ['no variables', 'plain', undefined],
  ['an empty list', 'plain', []],
  ['positional ones', 'two', [header(text('7')), body(text('Ada'), text('noon'))]],
  ['component names in capitals', 'two', [{ ...header(text('7')), type: 'HEADER' }, body(text('Ada'), text('noon'))]],
  [
    'a currency and a date',
    'two',
    [
      header(text('7')),
      body(
        { type: 'currency', currency: { fallback_value: '$1', code: 'USD', amount_1000: 1000 } },
        { type: 'date_time', date_time: { fallback_value: 'noon', day_of_month: 1 } },
      ),
    ],
  ],
  ['named ones in any order', 'named', [body(text('tea', 'thing'), text('Ada', 'name'))]],
  ['an image', 'picture', [header({ type: 'image', image: { link } })]],
  ['a video', 'film', [header({ type: 'video', video: { link } })]],
  ['a document', 'paper', [header({ type: 'document', document: { link, filename: 'a.pdf' } })]],
  ['a location', 'place', [header({ type: 'location', location })]],
  ['what its buttons need', 'buttons', [tracked, code]],
  ['a payload', 'buttons', [button('0', 'quick_reply', { type: 'payload', payload: 'yes' }), tracked, code]],
  [
    'a catalog thumbnail',
    'catalog',
    [button(0, 'CATALOG', { type: 'action', action: { thumbnail_product_retailer_id: 'SKU_1' } })],
  ],
  ['no catalog thumbnail', 'catalog', undefined],
  ['a code', 'code', [body(text('123456')), button(0, 'url', text('123456'))]],
  ['a code at the limit', 'code', [body(text('1'.repeat(15))), button(0, 'url', text('1'.repeat(15)))]],
  ['a body filled to the limit', 'long', [body(text('y'.repeat(22)))]],
])('a template with %s is accepted', async (_, name, components) => {
  const answer = await send(name, components)
  expect(answer.body.error).toBeUndefined()
  expect(answer.body.messages[0].message_status).toBe('accepted')
})

test.each<[number, number, string, string, unknown]>([
  [404, 132001, 'an unknown name', 'nothing', undefined],
  [404, 132001, 'one still under review', 'pending', undefined],
  [400, 132015, 'a paused one', 'paused', undefined],
  [400, 132016, 'a disabled one', 'disabled', undefined],
  [400, 132000, 'a parameter too many', 'plain', [body(text('x'))]],
  [400, 132000, 'a parameter too few', 'two', [header(text('7')), body(text('Ada'))]],
  [400, 132000, 'no header parameter', 'two', [body(text('Ada'), text('noon'))]],
  [400, 132000, 'a header that is not there', 'plain', [header(text('7'))]],
  [400, 132000, 'a named one missing', 'named', [body(text('Ada', 'name'))]],
  [400, 132000, 'a name nobody knows', 'named', [body(text('Ada', 'name'), text('tea', 'colour'))]],
  [400, 100, 'named ones without names', 'named', [body(text('Ada'), text('tea'))]],
  [400, 132012, 'a text for an image', 'picture', [header(text('x'))]],
  [400, 132012, 'no image', 'picture', undefined],
  [400, 132012, 'an image for a text', 'two', [header({ type: 'image', image: { link } }), body(text('a'), text('b'))]],
  [400, 132012, 'a video for a document', 'paper', [header({ type: 'video', video: { link } })]],
  [400, 100, 'a media id nobody has', 'picture', [header({ type: 'image', image: { id: '123' } })]],
  [400, 131008, 'a URL button without its suffix', 'buttons', [code]],
  [400, 131008, 'a code button without its code', 'buttons', [tracked]],
  [400, 132018, 'a suffix for a fixed URL', 'buttons', [tracked, code, button(2, 'url', text('x'))]],
  [400, 132012, 'a button of another kind', 'buttons', [button(0, 'url', text('x')), tracked, code]],
  [400, 132012, 'a button that is not there', 'buttons', [button(5, 'url', text('x')), tracked, code]],
  [400, 131008, 'a button without index', 'buttons', [button(undefined, 'url', text('x')), code]],
  [400, 131009, 'an index past the last', 'buttons', [button(10, 'url', text('x')), code]],
  [
    400,
    131009,
    'a code past the limit',
    'buttons',
    [tracked, button(3, 'copy_code', { type: 'coupon_code', coupon_code: 'A'.repeat(21) })],
  ],
  [
    400,
    131009,
    'a thumbnail that is no product',
    'catalog',
    [button(0, 'catalog', { type: 'action', action: { thumbnail_product_retailer_id: 'SKU_2' } })],
  ],
  [400, 132018, 'a new line', 'two', [header(text('7')), body(text('A\nda'), text('noon'))]],
  [400, 132018, 'a tab', 'two', [header(text('7')), body(text('A\tda'), text('noon'))]],
  [400, 132018, 'five blanks', 'two', [header(text('7')), body(text(`A${' '.repeat(5)}da`), text('noon'))]],
  [400, 132018, 'a one-time code past the limit', 'code', [body(text('1'.repeat(16))), button(0, 'url', text('1'))]],
  [400, 132005, 'a body filled past the limit', 'long', [body(text('y'.repeat(23)))]],
  [400, 131008, 'an empty text', 'two', [header(text('7')), body(text(''), text('noon'))]],
  [400, 131008, 'a text parameter without text', 'two', [header(text('7')), body({ type: 'text' }, text('noon'))]],
  [400, 100, 'a number as text', 'two', [header(text(7)), body(text('Ada'), text('noon'))]],
  [400, 100, 'an unknown component', 'plain', [{ type: 'tail' }]],
  [400, 100, 'an unknown key', 'plain', [{ ...body(), colour: 'red' }]],
  [400, 100, 'components that are no list', 'plain', {}],
])('%i and %i for a template with %s', async (status, errorCode, _, name, components) => {
  const answer = await send(name, components)
  expect([answer.status, answer.body.error.code]).toEqual([status, errorCode])
  expect(answer.body.error.message).toMatch(`(#${errorCode}) `)
})

test('the details are Meta’s', async () => {
  const details = async (name: string, components?: unknown) =>
    (await send(name, components)).body.error.error_data.details
  expect(await details('plain', [body(text('x'))])).toBe(
    'body: number of localizable_params (1) does not match the expected number of params (0)',
  )
  expect(await details('picture')).toBe('header: Format mismatch, expected IMAGE, received UNKNOWN')
  expect(await details('buttons', [code])).toBe('buttons: Button at index 1 of type Url requires a parameter')
  expect(await details('nothing')).toBe('template name (nothing) does not exist in en_US')
})

test('a frame without name or language is refused, and a wrong policy too', async () => {
  const refused = async (template: unknown) => (await simulator.send({ type: 'template', template })).body.error.code
  expect(await refused({ language: { code: 'en_US' } })).toBe(131008)
  expect(await refused({ name: 'plain' })).toBe(131008)
  expect(await refused({ name: 'plain', language: {} })).toBe(131008)
  expect(await refused({ name: 'plain', language: { code: 'en_US', policy: 'fallback' } })).toBe(100)
  expect((await send('plain', undefined, { language: { code: 'en_US', policy: 'deterministic' } })).status).toBe(200)
})

test('the phone shows a template filled in, also outside the window, and prices it', async () => {
  await using own = await startTestSimulator({ templates })
  const answer = await own.send({
    type: 'template',
    template: { name: 'buttons', language: { code: 'en_US' }, components: [tracked, code] },
  })
  const filled = await own.send({
    type: 'template',
    template: {
      name: 'two',
      language: { code: 'en_US' },
      components: [header(text('7')), body(text('Ada'), text('noon'))],
    },
  })
  await own.clock.advance(2000)
  const [first, second] = (await own.phone()).messages
  expect(first).toMatchObject({
    id: answer.body.messages[0].id,
    type: 'template',
    template: { name: 'buttons', components: [tracked, code] },
    rendered: {
      body: 'Choose.',
      footer: 'Thanks',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'URL', text: 'Track', url: 'https://example.com/42' },
        { type: 'URL', text: 'Home', url: 'https://example.com' },
        { type: 'COPY_CODE', text: 'Copy code', coupon_code: 'A'.repeat(20) },
      ],
    },
  })
  expect(second?.rendered).toEqual({ header: { format: 'TEXT', text: 'Order 7' }, body: 'Hi Ada, it is noon now.' })
  const statuses = await own.statuses(filled.body.messages[0].id, 3)
  expect(statuses.find((status) => status.status === 'delivered')?.pricing).toEqual({
    billable: true,
    pricing_model: 'PMP',
    category: 'utility',
    type: 'regular',
  })
})
