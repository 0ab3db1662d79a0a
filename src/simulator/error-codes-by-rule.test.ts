import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERROR_CODES } from './error-codes.ts'
import { ACCOUNT, CUSTOMER, NUMBER, startTestSimulator, type TestSimulator } from './testing/test-simulator.ts'

/**
 * Every code with its HTTP status, where it comes, and its title. S: the answer itself. A: a failed status. V: the errors of
 * a webhook without message. M: the errors of an inbound message.
 */
const TABLE = `
0 401 S AuthException
1 400 S An unknown error occurred
2 503 S Service temporarily unavailable
3 500 S Application does not have the capability to make this API call.
4 400 S Application request limit reached
10 403 S Application does not have permission for this action
33 400 S Parameter value is not valid
100 400 S Invalid parameter
104 401 S An access token is required to request this resource.
190 401 S Invalid OAuth access token - Cannot parse access token
200 403 S You do not have the necessary permissions to send messages on behalf of this WhatsApp Business Account
368 403 S Temporarily blocked for policies violations
613 429 S Calls to this api have exceeded the rate limit.
803 404 S Some of the aliases you requested do not exist
2200 400 S Callback verification failed
80007 400 S Rate limit issues
130429 400 S Rate limit hit
130472 400 A User's number is part of an experiment
130497 403 SA Business account is restricted from messaging users in this country.
130501 400 M Unsupported message type
131000 500 SA Something went wrong
131005 403 S Access denied
131008 400 S Required parameter is missing
131009 400 SA Parameter value is not valid
131014 400 A Request for url failed
131016 500 SA Service unavailable
131020 400 S Bad group
131021 400 S Recipient cannot be sender
131026 400 A Message undeliverable
131030 400 S Recipient phone number not in allowed list
131031 403 SA Business Account locked
131035 400 V Webhook could not be delivered within data retention limit
131036 400 A Message failed to be delivered on at least one of the user's device
131037 400 SA WhatsApp provided number needs display name approval before message can be sent.
131041 400 S Group unknown
131042 400 A Business eligibility payment issue
131044 400 V Business eligibility payment issue
131045 500 S Incorrect certificate
131047 400 A Re-engagement message
131048 400 SA Spam rate limit hit
131049 400 A This message was not delivered to maintain healthy ecosystem engagement.
131050 400 A User has stopped receipt of marketing messages from this business
131051 400 SM Unsupported message type
131052 400 M Media download error
131053 400 SA Media upload error
131055 400 S Method not allowed
131056 400 SA (Business Account, Consumer Account) pair rate limit hit
131057 500 S Account in maintenance mode
131059 400 S Invalid cursor
131062 400 S Business-scoped User ID (BSUID) recipients are not supported for this message.
131063 400 S Marketing templates disabled for Cloud API
131064 400 S Messaging limit exceeded due to template misclassification
131201 206 S Partial success
131202 400 S Duplicate participant
131203 400 S Participant could not be added
131204 400 S Group is over its limit
131207 403 S Group suspended
131208 429 S Group rate limit hit
131209 400 S Group picture is not square
131210 400 S Group picture is too small
131211 400 S Group count limit reached
131212 400 S Participant is not in the group
131213 400 S Join request unknown
131214 400 S Group creation disabled
131215 400 S Phone number is not eligible for groups
132000 400 S Number of parameters does not match the expected number of params
132001 404 S Template name does not exist in the translation
132005 400 S Translated text too long
132007 400 S Template Format Character Policy Violated
132008 400 S Template parameter value invalid
132012 400 S Parameter format does not match format in the created template
132015 400 SA Template is Paused
132016 400 S Template is Disabled
132018 400 S There's an issue with the parameters in your template
132068 400 S Flow is in blocked state
132069 400 S Flow is in throttled state
133000 500 S Incomplete Deregistration
133004 503 S Server Temporarily Unavailable
133005 400 S Two step verification PIN Mismatch
133006 400 S Phone number re-verification needed
133008 400 S Too many two step verification PIN guesses
133009 400 S Two step verification PIN guessed too fast
133010 400 S Account not registered
133015 400 S Please wait a few minutes before attempting to register this phone number
133016 400 S Account register deregister rate limit exceeded
134011 400 S WhatsApp Payments terms of service has not been accepted
134100 400 S Only marketing messages supported
134101 400 S Template is being synced
134102 500 S Template unavailable for use
134103 400 S Not onboarded to the marketing messages API
135000 400 S Generic user error
136024 400 S Request code error
136025 400 S Verify code error
137000 400 A Recipient identity key mismatch
138000 401 S Calling not enabled
138001 400 S Receiver uncallable
138002 429 S Concurrent calls limit reached
138003 400 S Duplicate call
138004 500 S Connection error
138005 429 S Call rate limit exceeded
138006 401 S No approved call permission
138007 500 S Connection timeout
138009 400 S Call permission request limit reached
138012 400 S Business initiated calls limit reached
138013 400 S Business initiated calls not available
138014 400 S Calling temporarily disabled
138015 400 S Messaging limit too low for calling
138017 400 S A permanent call permission exists
138018 400 S Calling prerequisites missing
139000 400 S Flow is blocked by integrity
139001 400 S Flow can't be updated
139002 400 S Flow can't be published
139003 400 S Flow can't be deprecated
139004 400 S Flow can't be deleted
139006 400 S Not enough data for metrics
139100 400 S Failed to block/unblock some users
139101 400 S Block list limit reached
139102 400 S Block list was updated at the same time
139103 500 S Internal error
147001 400 S Username is not available
147002 400 S Username is not valid
147003 400 S Username is taken
147004 400 S Phone number is not eligible for a username
147005 400 S Username was changed too often
200005 400 S Template insights unavailable
200006 400 S Template insights cannot be disabled
200007 400 S Template insights not enabled
1752041 400 S Duplicate request
2593079 400 S Account cannot be migrated
2593085 400 S Account is being migrated
2593107 400 S Sync request limit exceeded
2593108 400 S Sync request made outside of the allowed window
`
const ROWS = [...TABLE.matchAll(/^(\d+) (\d+) ([SAVM]+) (.+)$/gm)].map(
  ([, code, status, where = '', title = '']) => [Number(code), Number(status), where, title] as const,
)
const comes = (letter: string) => ROWS.filter(([, , where]) => where.includes(letter))
/** Graph-level refusals are a sentence without the code before it. */
const PLAIN = [0, 1, 2, 3, 104, 190, 803]

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({ settings: { limits: { pair: null, throughput: null } } })
  await simulator.customerSays('Hello')
})
afterAll(() => simulator[Symbol.asyncDispose]())

const send = () => simulator.send({ type: 'text', text: { body: 'Hi' } })
const goesWrong = (effect: string, taken: Record<string, unknown>) =>
  simulator.control('POST', '/rules', { effect, with: taken, times: 1 })

test('the table names every code there is', () => {
  expect(ROWS.map(([code]) => code)).toEqual(Object.keys(ERROR_CODES).map(Number))
})

test.each(comes('S'))('%i is refused by a rule with status %i', async (code, expected, _, title) => {
  await goesWrong('refuse', { code })
  const { status, body } = await send()
  expect(status).toBe(expected)
  expect(body).toEqual({ error: expect.objectContaining({ code, type: 'OAuthException' }) })
  expect(body.error.message).toBe(PLAIN.includes(code) ? title : `(#${code}) ${title}`)
  expect(body.error.is_transient).toBe(code === 2 ? true : undefined)
  expect((await send()).status).toBe(200)
})

test.each(comes('A'))('%i comes in a status by a rule, and nothing comes after it', async (code, _, __, title) => {
  await goesWrong('fail', { code })
  const { status, body } = await send()
  expect(status).toBe(200)
  await simulator.control('POST', '/clock/advance', { ms: 10_000 })
  const statuses = simulator.receiver.values('statuses').filter(({ id }) => id === body.messages[0].id)
  expect(statuses).toHaveLength(1)
  expect(statuses[0]).toMatchObject({ status: 'failed', recipient_id: CUSTOMER })
  expect(statuses[0]).not.toHaveProperty('pricing')
  expect(statuses[0]?.errors).toEqual([
    {
      code,
      title,
      message: title,
      error_data: { details: expect.stringMatching(/./) },
      href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
    },
  ])
})

test.each(comes('V'))('%i comes in a webhook of its own', async (code, _, __, title) => {
  const value = { messaging_product: 'whatsapp', errors: [{ code, title }] }
  const change = { account_id: ACCOUNT, phone_number_id: NUMBER, field: 'messages', value }
  expect((await simulator.control('POST', '/webhooks', change)).body).toEqual({ delivered: true })
  expect(JSON.parse(simulator.receiver.deliveries.at(-1)?.raw ?? '').entry[0].changes[0].value).toEqual(value)
})

test.each(comes('M'))('%i comes inside a message of the customer', async (code, _, __, title) => {
  const written = { phone_number_id: NUMBER, type: 'unsupported', errors: [{ code, title }] }
  expect((await simulator.control('POST', `/customers/${CUSTOMER}/messages`, written)).status).toBe(201)
  expect(simulator.receiver.values('messages').at(-1)).toMatchObject({ type: 'unsupported', errors: [{ code, title }] })
})

test('what a rule says of a refusal takes the place of what the table says', async () => {
  const taken = { code: 131000, status: 429, subcode: 7, message: 'No.', details: 'Never.', is_transient: false }
  await goesWrong('refuse', taken)
  const { status, body } = await send()
  expect(status).toBe(429)
  expect(body.error).toMatchObject({ code: 131000, error_subcode: 7, message: 'No.', is_transient: false })
  expect(body.error.error_data).toEqual({ messaging_product: 'whatsapp', details: 'Never.' })
})
