import { expect, test } from 'vitest'
import { commitIntent, type NewSend } from '../../../src/store/commands/commit-intent.ts'
import type { Store } from '../../../src/store/open.ts'
import { openStores } from '../../support/sent-message.ts'

function newSend(store: Store, project_id: number, recipient: string, fingerprint: number): NewSend {
  const id = store.ids.row()
  return {
    ...{ project_id, id, uuid: store.ids.uuid(id), phone_number: 1, recipient, type: 'text', version: 'v24.0' },
    ...{ edge: 'messages', body: Buffer.from('body'), fingerprint, traceable: 1 },
    ...{ idempotency_key: null, claim: null, resend_of: null, twins_within: 600_000_000 },
  }
}

test('intents of one transaction: twins and busy recipients are held back as one by one', async () => {
  await using opened = await openStores(1)
  const [store] = opened.stores as [Store]
  const { project_id } = opened
  const intent = (recipient: string, fingerprint: number, over: Partial<NewSend> = {}) => ({
    ...newSend(store, project_id, recipient, fingerprint),
    ...over,
  })
  const before = intent('15550000001', 1)
  expect(await store.write(commitIntent, before)).toEqual({ kind: 'committed' })
  const outs = await Promise.all(
    [
      intent('15550000001', 1),
      intent('15550000001', 2),
      intent('15550000002', 3),
      intent('15550000002', 4, { twins_within: null }),
      intent('15550000003', 5, { body: Buffer.alloc(70_000, 'x') }),
      intent('15550000004', 6, { idempotency_key: 'nobody has it', claim: 7 }),
    ].map((each) => store.write(commitIntent, each)),
  )
  expect(outs.map(({ kind }) => kind)).toEqual(['held', 'held', 'committed', 'held', 'committed', 'claim_lost'])
  expect(outs[0]).toEqual({ kind: 'held', by: before.id, identical: true })
  expect(outs[1]).toEqual({ kind: 'held', by: before.id, identical: false })
})
