import { expect, test } from 'vitest'
import { readRecipient, waIdSpellings } from './recipient.ts'

test.each([
  [{ to: '+1 (555) 123-4567' }, { kind: 'phone', digits: '15551234567' }],
  [{ to: 15551234567 }, { kind: 'phone', digits: '15551234567' }],
  [{ recipient: 'US.13491208655302741918' }, { kind: 'user', user_id: 'US.13491208655302741918' }],
  [
    { to: '1555', recipient: 'US.1' },
    { kind: 'phone', digits: '1555' },
  ],
  [
    { to: 'Y2FwaV9ncm91cDox', recipient_type: 'group' },
    { kind: 'group', group_id: 'Y2FwaV9ncm91cDox' },
  ],
  [{}, null],
  [{ to: '' }, null],
  [{ to: { a: 1 } }, null],
  [{ to: 'nobody' }, null],
])('%j', (body, recipient) => {
  expect(readRecipient(body)).toEqual(recipient)
})

test.each([
  ['5511987654321', ['5511987654321', '551187654321']],
  ['551187654321', ['551187654321', '5511987654321']],
  ['5215512345678', ['5215512345678', '525512345678']],
  ['525512345678', ['525512345678', '5215512345678']],
  ['5491160000001', ['5491160000001', '541160000001']],
  ['15551234567', ['15551234567']],
])('%s may also be spelt otherwise', (digits, spellings) => {
  expect(waIdSpellings(digits)).toEqual(spellings)
})
