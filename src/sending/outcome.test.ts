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
  ['redirect', answered(302, ''), 'in_doubt'],
  ['refusal', answered(400, error(131009)), 'rejected'],
  ['bad token', answered(401, error(190)), 'rejected'],
  ['not found', answered(404, error(132001)), 'rejected'],
  ['throttled', answered(429, error(130429)), 'rejected'],
  ['4xx that is not Meta', answered(404, '<html>'), 'in_doubt'],
  ['an unknown error', answered(400, error(1)), 'in_doubt'],
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
