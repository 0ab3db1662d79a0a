import { expect, test } from 'vitest'
import { jsonMembers } from '../lib/json-members.ts'
import { editBody, isTraceable, readCallbackData } from './edits.ts'

const UUID = '01939a3e-7c00-7abc-8def-0123456789ab'
const OURS = 'fl1.01939a3e7c007abc8def0123456789ab'

const edit = (text: string) => {
  const body = Buffer.from(text)
  const own = JSON.parse(text).biz_opaque_callback_data
  return editBody(body, jsonMembers(body), isTraceable(own) ? { uuid: UUID, own } : null).toString()
}

test('every byte but the one member goes up as it came', () => {
  const text = '{ "to" : "1555" ,\n "text":{"body":"caf\\u00e9 \\/ é"},"n":12345678901234567890 }'
  expect(edit(text)).toBe(text.replace('"to"', `"biz_opaque_callback_data":"${OURS}","to"`))
})

test("the client's own value travels behind ours and comes back alone", () => {
  const text = '{"biz_opaque_callback_data":"order:7","to":"1"}'
  expect(edit(text)).toBe(`{"biz_opaque_callback_data":"${OURS}:order:7","to":"1"}`)
  expect(readCallbackData(`${OURS}:order:7`)).toEqual({ send: UUID, own: 'order:7' })
  expect(readCallbackData(`${OURS}:`)).toEqual({ send: UUID, own: '' })
  expect(readCallbackData(OURS)).toEqual({ send: UUID, own: null })
})

test("others' values stay theirs", () => {
  expect(readCallbackData('order:7')).toEqual({ send: null, own: 'order:7' })
  expect(readCallbackData(undefined)).toEqual({ send: null, own: null })
})

test('a value that leaves no room goes up untouched', () => {
  const room = 512 - OURS.length - 1
  expect(isTraceable('x'.repeat(room))).toBe(true)
  expect(isTraceable('😀'.repeat(room))).toBe(true)
  expect(isTraceable('x'.repeat(room + 1))).toBe(false)
  const text = `{"biz_opaque_callback_data":"${'x'.repeat(room + 1)}"}`
  expect(edit(text)).toBe(text)
  expect(isTraceable(7)).toBe(false)
})

test("Kapso's own members are taken out, the others keep their bytes", () => {
  const text = '{"messaging_account_id":"9","to": "1" ,"paid_messaging_account_id":"8","type":"text"}'
  expect(edit(text)).toBe(`{"biz_opaque_callback_data":"${OURS}","to": "1","type":"text"}`)
  expect(edit('{"messaging_account_id":"9"}')).toBe(`{"biz_opaque_callback_data":"${OURS}"}`)
})

test('an empty object gets the member alone', () => {
  expect(edit('{}')).toBe(`{"biz_opaque_callback_data":"${OURS}"}`)
})

test('a reaction without emoji removes one; every other reaction goes up as it came', () => {
  const plain = (text: string) => {
    const body = Buffer.from(text)
    return editBody(body, jsonMembers(body), null).toString()
  }
  expect(plain('{"type":"reaction","reaction":{ "message_id":"wamid.1" },"to":"1"}')).toBe(
    '{"type":"reaction","reaction":{ "message_id":"wamid.1","emoji":"" },"to":"1"}',
  )
  expect(edit('{"reaction":{"message_id":"wamid.1"}}')).toBe(
    `{"biz_opaque_callback_data":"${OURS}","reaction":{"message_id":"wamid.1","emoji":""}}`,
  )
  for (const text of ['{"reaction":{"message_id":"wamid.1","emoji":"👍"}}', '{"reaction":{}}', '{"reaction":"x"}']) {
    expect(plain(text)).toBe(text)
  }
})

test('without trace nothing is cut in', () => {
  const body = Buffer.from('{"to":"1","biz_opaque_callback_data":"order:7"}')
  expect(editBody(body, jsonMembers(body), null)).toBe(body)
})
