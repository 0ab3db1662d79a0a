import { expect, test } from 'vitest'
import type { GraphOutcome } from '../meta/graph.ts'
import { judgeOutcome } from './outcome.ts'

const answered = (status: number, body: unknown): GraphOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})
const accepted = { contacts: [{ input: '1', wa_id: '15551234567' }], messages: [{ id: 'wamid.A' }] }
const error = (code: unknown) => ({ error: { message: 'x', code } })

test.each([
  ['taken', answered(200, accepted), 'accepted'],
  ['name does not resolve', { kind: 'not_sent', timeout: false, reason: 'ENOTFOUND' }, 'not_sent'],
  ['connect time-out', { kind: 'not_sent', timeout: true, reason: 'UND_ERR_CONNECT_TIMEOUT' }, 'not_sent'],
  ['reset', { kind: 'lost', timeout: false, reason: 'ECONNRESET' }, 'in_doubt'],
  ['silence', { kind: 'lost', timeout: true, reason: 'UND_ERR_HEADERS_TIMEOUT' }, 'in_doubt'],
  ['broken JSON', answered(200, '{"messages":[{'), 'in_doubt'],
  ['HTML', answered(200, '<html>'), 'in_doubt'],
  ['empty', answered(200, ''), 'in_doubt'],
  ['no message id', answered(200, { messages: [] }), 'in_doubt'],
  ['an empty message id', answered(200, { messages: [{ id: '' }] }), 'in_doubt'],
  ['messages that are no objects', answered(200, { messages: ['wamid.A'] }), 'in_doubt'],
  ['an error under a good status', answered(200, error(131009)), 'in_doubt'],
  ['JSON nested beyond reason', answered(200, '['.repeat(100_000)), 'in_doubt'],
  ['no content', answered(204, ''), 'in_doubt'],
  ['redirect', answered(302, ''), 'in_doubt'],
  ['redirect with an error', answered(302, error(131009)), 'in_doubt'],
  ['refusal', answered(400, error(131009)), 'rejected'],
  ['bad token', answered(401, error(190)), 'rejected'],
  ['not found', answered(404, error(132001)), 'rejected'],
  ['throttled', answered(429, error(130429)), 'rejected'],
  ['4xx that is not Meta', answered(404, '<html>'), 'in_doubt'],
  ['4xx with a code that is no number', answered(400, error('131009')), 'in_doubt'],
  ['an unknown error', answered(400, error(1)), 'in_doubt'],
  ['Meta unavailable', answered(400, error(2)), 'in_doubt'],
  ['something went wrong', answered(400, error(131000)), 'in_doubt'],
  ['service unavailable', answered(400, error(131016)), 'in_doubt'],
  ['5xx of Meta', answered(500, error(131000)), 'in_doubt'],
  ['5xx of something else', answered(503, 'busy'), 'in_doubt'],
] as const)('%s', (_name, outcome, state) => {
  expect(judgeOutcome(outcome as GraphOutcome).state).toBe(state)
})

test('an accepted send names the message and the person', () => {
  expect(judgeOutcome(answered(200, accepted))).toMatchObject({
    wamid: 'wamid.A',
    person: { wa_id: '15551234567', user_id: null },
  })
})

test.each([
  ['5xx of Meta', answered(503, error(131009)), { status: 503, answer: { status: 503 } }],
  ['5xx of something else keeps its status', answered(503, 'busy'), { status: 503, answer: null }],
  ['4xx of something else does not', answered(404, 'busy'), { status: null, answer: null }],
  ['a redirect is never shown', answered(302, error(131009)), { status: null, answer: null }],
])('in doubt: %s', (_name, outcome, expected) => {
  expect(judgeOutcome(outcome)).toMatchObject({ state: 'in_doubt', ...expected })
})
