import { expect, test } from 'vitest'
import { openStores, sendOnItsWay } from '../../support/sent-message.ts'

test('a status that one process understands while another stores the answer to its send is not left behind', async () => {
  await using opened = await openStores(2)
  const [one, other] = opened.stores
  if (!one || !other) throw new Error('two stores are needed')
  const left: string[] = []
  for (let round = 0; round < 60; round += 1) {
    const messages = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        sendOnItsWay(one, opened.project_id, `wamid.${15_560_000_000 + round * 8 + index}`),
      ),
    )
    await Promise.all(
      messages.flatMap((message, index) => [
        message.answered(),
        message.reported([{ status: 'delivered', timestamp: 1_760_000_000, participant: '' }], index % 4 === 3, other),
      ]),
    )
    for (const message of messages) {
      const [parked, status] = [await message.parked(), await message.status()]
      if (parked > 0 || status !== 'delivered') left.push(`round ${round}: ${parked} parked, ${status}`)
    }
  }
  expect(left).toEqual([])
})
