import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTemplateOn } from '../testing/create-template.ts'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator()
})
afterAll(() => simulator[Symbol.asyncDispose]())

type Json = Record<string, unknown>
const create = (more: Json, on = simulator) => createTemplateOn(on, more)

const x = (length: number) => 'x'.repeat(length)
const body = (text: unknown = 'Your order is ready.', more: Json = {}) => ({ type: 'BODY', text, ...more })
const example = (...values: string[]) => ({ example: { body_text: [values] } })
const header = (more: Json) => ({ components: [{ type: 'HEADER', format: 'TEXT', ...more }, body()] })
const footer = (text: unknown) => ({ components: [body(), { type: 'FOOTER', text }] })
const buttons = (...list: unknown[]) => ({ components: [body(), { type: 'BUTTONS', buttons: list }] })
const reply = (text: unknown) => ({ type: 'QUICK_REPLY', text })
const url = (more: Json = {}) => ({ type: 'URL', text: 'Open', url: 'https://example.com', ...more })
const otp = (more: Json = {}) => ({ type: 'OTP', otp_type: 'COPY_CODE', ...more })
const authentication = (...components: unknown[]) => ({ category: 'AUTHENTICATION', components })
const card = (more: unknown[] = []) => ({
  components: [{ type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW'] } }, body(x(160)), ...more],
})
const cards = (...list: unknown[]) => ({ components: [body(), { type: 'CAROUSEL', cards: list }] })
const named = (text: string, ...names: string[]) => ({
  parameter_format: 'named',
  components: [
    body(text, { example: { body_text_named_params: names.map((param_name) => ({ param_name, example: 'x' })) } }),
  ],
})

test.each<[string, Json]>([
  ['the longest name', { name: x(512) }],
  ['a category in small letters', { category: 'marketing' }],
  ['component types in small letters', { components: [{ type: 'body', text: 'Hi.' }] }],
  ['a body at the limit', { components: [body(x(1024))] }],
  ['a variable with its example', { components: [body('Hi {{1}}, it is ready.', example('Ada'))] }],
  ['an example as one string', { components: [body('Hi {{1}}, it is ready.', { example: { body_text: 'Ada' } })] }],
  ['as many variables as its length bears', { components: [body('Hi {{1}} and {{2}} there.', example('a', 'b'))] }],
  ['named variables', named('Hi {{first_name}}, it is ready.', 'first_name')],
  ['a header at the limit', header({ text: x(60) })],
  ['a header with a variable', header({ text: 'Order {{1}}', example: { header_text: ['7'] } })],
  ['an image header', header({ format: 'IMAGE', example: { header_handle: ['4::aW'] } })],
  ['a location header', header({ format: 'LOCATION' })],
  ['a footer at the limit', footer(x(60))],
  ['ten quick replies', buttons(...Array.from({ length: 10 }, (_, index) => reply(`Reply ${index}`)))],
  ['a button text at the limit', buttons(reply(x(25)))],
  ['two links', buttons(url(), url({ url: 'https://example.com/{{1}}', example: ['https://example.com/7'] }))],
  ['a link at the limit', buttons(url({ url: `https://example.com/${x(1980)}` }))],
  ['replies before the others', buttons(reply('Yes'), reply('No'), url())],
  ['a phone number', buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+1 555 078 3881' })],
  ['a code at the limit', buttons({ type: 'COPY_CODE', example: x(20) })],
  ['a catalog button', buttons({ type: 'CATALOG', text: 'View catalog' })],
  [
    'a one-time code',
    authentication({ type: 'BODY', add_security_recommendation: true }, { type: 'BUTTONS', buttons: [otp()] }),
  ],
  [
    'an expiry of the code',
    authentication(
      { type: 'BODY' },
      { type: 'FOOTER', code_expiration_minutes: 90 },
      { type: 'BUTTONS', buttons: [otp()] },
    ),
  ],
  [
    'two cards',
    cards(card([{ type: 'BUTTONS', buttons: [reply('Yes')] }]), card([{ type: 'BUTTONS', buttons: [reply('No')] }])),
  ],
])('a template with %s is created', async (_, more) => {
  const { status, body } = await create(more)
  expect(body).toEqual({ id: expect.stringMatching(/^\d{16}$/), status: 'PENDING', category: expect.any(String) })
  expect(status).toBe(200)
})

test.each<[number, string, Json]>([
  [2388046, 'a capital in its name', { name: 'Order' }],
  [2388046, 'a blank in its name', { name: 'my order' }],
  [2388040, 'a name past the limit', { name: x(513) }],
  [2388155, 'the name of the sample', { name: 'hello_world' }],
  [2388043, 'no body', { components: [{ type: 'FOOTER', text: 'Thanks' }] }],
  [2388043, 'a body without text', { components: [{ type: 'BODY' }] }],
  [2388042, 'a field a body does not have', { components: [body('Hi.', { format: 'TEXT' })] }],
  [2388040, 'a body past the limit', { components: [body(x(1025))] }],
  [2388043, 'a variable without example', { components: [body('Hi {{1}}, it is ready.')] }],
  [2388043, 'fewer examples than variables', { components: [body('Hi {{1}} and {{2}} there.', example('a'))] }],
  [2388299, 'a variable at its start', { components: [body('{{1}} is your number.', example('a'))] }],
  [2388299, 'a variable at its end', { components: [body('Your number is {{1}}', example('a'))] }],
  [2388293, 'too many variables', { components: [body('Hi {{1}} or {{2}}!', example('a', 'b'))] }],
  [2388072, 'variables side by side', { components: [body('Hi {{1}} {{2}} it is ready.', example('a', 'b'))] }],
  [2388072, 'a gap in its numbers', { components: [body('Hi {{1}} and {{3}} there.', example('a', 'b'))] }],
  [2388072, 'five blanks in a row', { components: [body(`Hi.${' '.repeat(5)}There.`)] }],
  [2388072, 'three new lines in a row', { components: [body('Hi.\n\n\nThere.')] }],
  [2388072, 'a name with capitals', named('Hi {{Name}}, it is ready.', 'Name')],
  [2388043, 'a name without example', named('Hi {{name}}, it is ready.', 'other')],
  [2388040, 'a header past the limit', header({ text: x(61) })],
  [2388047, 'two variables in the header', header({ text: '{{1}} {{2}}', example: { header_text: ['a', 'b'] } })],
  [2388047, 'an emoji in the header', header({ text: 'Ready 🌵' })],
  [2388047, 'formatting in the header', header({ text: 'It is *ready*' })],
  [2388047, 'a new line in the header', header({ text: 'It\nis' })],
  [2388043, 'a header without format', { components: [{ type: 'HEADER', text: 'a' }, body()] }],
  [2388043, 'an image header without example', header({ format: 'IMAGE' })],
  [2388040, 'a footer past the limit', footer(x(61))],
  [2388073, 'a variable in the footer', footer('Bye {{1}}')],
  [2388040, 'a button text past the limit', buttons(reply(x(26)))],
  [2388060, 'a variable in a button', buttons(reply('Hi {{1}}'))],
  [2388060, 'an emoji in a button', buttons(reply('Yes 🌵'))],
  [2388040, 'a link past the limit', buttons(url({ url: `https://example.com/${x(1981)}` }))],
  [2388043, 'a link with a variable but no example', buttons(url({ url: 'https://example.com/{{1}}' }))],
  [2388043, 'a link button without link', buttons({ type: 'URL', text: 'Open' })],
  [2388042, 'a field a button does not have', buttons({ ...reply('Yes'), url: 'https://example.com' })],
  [2388040, 'a code past the limit', buttons({ type: 'COPY_CODE', example: x(21) })],
  [2388042, 'a text of its own for a one-time code', authentication(body(), { type: 'BUTTONS', buttons: [otp()] })],
  [
    2388042,
    'a header for a one-time code',
    authentication({ type: 'BODY' }, { type: 'HEADER', format: 'TEXT', text: 'a' }),
  ],
  [
    2388043,
    'a zero-tap button without its terms',
    authentication(
      { type: 'BODY' },
      {
        type: 'BUTTONS',
        buttons: [otp({ otp_type: 'ZERO_TAP', supported_apps: [{ package_name: 'a.b', signature_hash: x(11) }] })],
      },
    ),
  ],
  [2388040, 'a card body past the limit', cards(card(), { components: [card().components[0], body(x(161))] })],
])('subcode %i for a template with %s', async (subcode, _, more) => {
  const { status, body } = await create(more)
  expect(status).toBe(400)
  expect(body.error).toMatchObject({
    message: 'Invalid parameter',
    type: 'OAuthException',
    code: 100,
    error_subcode: subcode,
    is_transient: false,
    error_user_title: expect.any(String),
    error_user_msg: expect.any(String),
  })
})

test.each<[number, string, Json]>([
  [100, 'no name', { name: undefined }],
  [100, 'no language', { language: undefined }],
  [100, 'a language nobody has', { language: 'tlh' }],
  [100, 'no category', { category: undefined }],
  [100, 'another category', { category: 'TRANSACTIONAL' }],
  [100, 'another parameter format', { parameter_format: 'RANDOM' }],
  [100, 'no components', { components: undefined }],
  [100, 'components that are no list', { components: {} }],
  [100, 'a component of another type', { components: [body(), { type: 'TAIL' }] }],
  [100, 'two bodies', { components: [body(), body()] }],
  [100, 'eleven buttons', buttons(...Array.from({ length: 11 }, (_, index) => reply(`Reply ${index}`)))],
  [100, 'three links', buttons(url(), url(), url())],
  [100, 'replies on both sides', buttons(reply('Yes'), url(), reply('No'))],
  [100, 'a variable inside a link', buttons(url({ url: 'https://example.com/{{1}}/a', example: ['b'] }))],
  [192, 'a phone number that is none', buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: 'home' })],
  [
    192,
    'a phone number past the limit',
    buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+1 (555) 078-38810000' }),
  ],
  [100, 'an expiry past 90 minutes', authentication({ type: 'BODY' }, { type: 'FOOTER', code_expiration_minutes: 91 })],
  [100, 'one card', cards(card())],
  [100, 'eleven cards', cards(...Array.from({ length: 11 }, () => card()))],
  [100, 'cards that differ', cards(card(), card([{ type: 'BUTTONS', buttons: [reply('Yes')] }]))],
])('code %i for a template with %s', async (code, _, more) => {
  const { status, body } = await create(more)
  expect([status, body.error.code]).toEqual([400, code])
})
