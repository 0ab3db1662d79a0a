import { expect, test } from 'vitest'
import { openStores } from '../../../test/support/sent-message.ts'
import { SECOND } from '../../lib/clock.ts'
import type { Store } from '../open.ts'
import { commitIntent, type NewSend } from './commit-intent.ts'
import { recordInbound } from './record-inbound.ts'
import { type Settlement, settleSend } from './settle-send.ts'
import { storeWebhook } from './store-webhook.ts'

const NUMBER = 1

/** What Meta may say of sends that are settled in one transaction; each to a person of its own unless it says otherwise. */
const CASES: Array<Partial<Settlement> & { to: string; wamid?: string; user_id?: string; parked?: boolean }> = [
  { to: '15550000001' },
  { to: '15550000002', parked: true },
  { to: '15550000003' },
  { to: '15550000003', wamid: 'wamid.second' },
  { to: '15550000004', user_id: 'US.4' },
  { to: '15550000005', state: 'rejected' },
  { to: '15550000006', state: 'in_doubt', http_status: null, answer: null, owed: 1 },
  { to: '15550000007', state: 'not_sent', http_status: null, answer: null, release: true },
  { to: '15550000008', wamid: 'wamid.0' },
  { to: '15550000009', answer: Buffer.alloc(70_000, 'x') },
]

async function settleAll(store: Store, project_id: number, together: boolean) {
  const one = async <In, Out>(inputs: In[], write: (input: In) => Promise<Out>) => {
    if (together) return Promise.all(inputs.map(write))
    const outs: Out[] = []
    for (const input of inputs) outs.push(await write(input))
    return outs
  }
  // Somebody whom we have written to before.
  await send(store, project_id, '15550000001', 'wamid.before')
  const sends = CASES.map(({ to }, index) => newSend(store, project_id, `${to}-${index}`, index))
  await one(sends, (intent) => store.write(commitIntent, intent))
  for (const [index, { parked, wamid = `wamid.${index}` }] of CASES.entries()) {
    if (parked) await report(store, project_id, wamid)
  }
  const settlements = CASES.map(({ to, wamid, user_id = null, parked, ...over }, index): Settlement => {
    const state = over.state ?? 'accepted'
    const person = { wa_id: to, user_id }
    return {
      project_id,
      id: sends[index]?.id ?? 0,
      http_status: state === 'rejected' ? 400 : 200,
      answer: Buffer.from(`answer ${index}`),
      resolution: null,
      owed: 0,
      release: false,
      ...over,
      state,
      accepted: state === 'accepted' ? { wamid: wamid ?? `wamid.${index}`, person } : null,
    }
  })
  await one(settlements, (settlement) => store.write(settleSend, settlement))
  return dump(store, project_id)
}

const newSend = (store: Store, project_id: number, recipient: string, index: number): NewSend => {
  const id = store.ids.row()
  return {
    ...{ project_id, id, uuid: store.ids.uuid(id), phone_number: NUMBER, recipient, type: 'text', version: 'v24.0' },
    ...{ edge: 'messages', body: Buffer.from(`body ${index}\0`), fingerprint: index, traceable: 1 },
    ...{ idempotency_key: null, claim: null, resend_of: null, twins_within: 10 * 60 * SECOND },
  }
}

async function send(store: Store, project_id: number, wa_id: string, wamid: string) {
  const intent = newSend(store, project_id, wa_id, 1000)
  await store.write(commitIntent, intent)
  const answered = { state: 'accepted', http_status: 200, answer: Buffer.from('{}'), resolution: null } as const
  const accepted = { wamid, person: { wa_id, user_id: null } }
  await store.write(settleSend, { project_id, id: intent.id, ...answered, accepted, owed: 0, release: false })
}

async function report(store: Store, project_id: number, wamid: string) {
  const id = await store.write(storeWebhook, { project_id, meta_app: 1, body: Buffer.from('{}') })
  const status = { wamid, status: 'delivered', timestamp: 1_790_000_000, participant: '', payload: '{}' }
  const statuses = [{ ...status, send: null, recipient: null }]
  const change = { project_id, phone_number: NUMBER, verified: true, messages: [], statuses }
  while (!(await store.write(recordInbound, { webhook: { project_id, id }, changes: [change] })));
}

/** Everything that was written, with names instead of keys and times. */
async function dump({ db }: Store, project_id: number) {
  const { query } = db
  const sends = await query.selectFrom('sends').selectAll().where('project_id', '=', project_id).orderBy('id').execute()
  const messages = await query.selectFrom('messages').selectAll().orderBy('id').execute()
  const contacts = await query.selectFrom('contacts').selectAll().execute()
  const conversations = await query.selectFrom('conversations').selectAll().execute()
  const statuses = await query.selectFrom('statuses').selectAll().execute()
  const parked = await query.selectFrom('parked_statuses').selectAll().execute()
  const nameOf = (id: number) => contacts.find((contact) => contact.id === id)?.wa_id
  const wamidOf = (id: number) => messages.find((message) => message.id === id)?.wamid
  return {
    sends: sends.map(({ state, http_status, answer, wamid, owed, resolution, body }) => ({
      ...{ state, http_status, wamid, owed, resolution },
      answer: answer && Buffer.from(answer).toString().slice(0, 20),
      body: Buffer.from(body).toString(),
    })),
    messages: messages.map(({ wamid, contact, conversation, status, type, direction }) => ({
      ...{ wamid, status, type, direction, contact: nameOf(contact) },
      conversation: nameOf(conversations.find((each) => each.id === conversation)?.contact ?? 0),
    })),
    contacts: contacts.map(({ wa_id, user_id }) => `${wa_id} ${user_id}`).sort(),
    conversations: conversations
      .map((row) => `${nameOf(row.contact)} ${row.status} ${row.messages_count} ${wamidOf(row.last_message)}`)
      .sort(),
    statuses: statuses.map(({ message, status }) => `${wamidOf(message)} ${status}`),
    parked,
  }
}

test('sends settled in one transaction end exactly as those settled one by one', async () => {
  await using alone = await openStores(1)
  await using together = await openStores(1)
  const [first, second] = [alone.stores[0] as Store, together.stores[0] as Store]
  const expected = await settleAll(first, alone.project_id, false)
  expect(await settleAll(second, together.project_id, true)).toEqual(expected)
  const accepted = ['accepted', 'accepted', 'accepted', 'accepted', 'accepted', 'accepted']
  expect(expected.sends.map(({ state }) => state)).toEqual([
    ...accepted,
    ...['rejected', 'in_doubt', 'not_sent', 'accepted', 'accepted'],
  ])
  expect(expected.statuses).toEqual(['wamid.1 delivered'])
  expect(expected.parked).toEqual([])
  expect(expected.conversations).toContain('15550000001 active 2 wamid.0')
})
