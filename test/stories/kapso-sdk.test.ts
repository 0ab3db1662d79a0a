import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { expect, test } from 'vitest'
import { startPair } from '../support/start-pair.ts'

const CUSTOMER = '15551234567'
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

/** Kapso's published client as it is; only the base URL is ours. */
async function pairWithClient() {
  const pair = await startPair()
  const client = new WhatsAppClient({
    baseUrl: `${pair.base_url}/meta/whatsapp`,
    kapsoApiKey: pair.api_key,
    graphVersion: 'v24.0',
  })
  return { ...pair, client, frame: { phoneNumberId: pair.phone_number_id, to: CUSTOMER } }
}

test('Kapso’s SDK sends every kind, and they are on the phone in order', async () => {
  await using pair = await pairWithClient()
  const { client, frame } = pair
  await pair.customerSays(CUSTOMER, 'Hi')
  const { messages } = client
  const answers = [
    await messages.sendText({ ...frame, body: 'Hello!' }),
    await messages.sendImage({ ...frame, image: { link: 'https://example.com/photo.jpg', caption: 'Look' } }),
    await messages.sendTemplate({
      ...frame,
      template: {
        name: 'order_ready_named',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters: [{ type: 'text', parameterName: 'order_id', text: 'ORDER-123' }] }],
      },
    }),
    await messages.sendInteractiveButtons({
      ...frame,
      bodyText: 'Confirm?',
      buttons: [
        { id: 'yes', title: 'Yes' },
        { id: 'no', title: 'No' },
      ],
    }),
    await messages.sendInteractiveList({
      ...frame,
      bodyText: 'Choose',
      buttonText: 'View options',
      sections: [
        {
          title: 'Menu',
          rows: [
            { id: 'opt_1', title: 'One', description: 'first' },
            { id: 'opt_2', title: 'Two' },
          ],
        },
      ],
    }),
    await messages.sendInteractiveCtaUrl({
      ...frame,
      bodyText: 'See',
      parameters: { displayText: 'Open', url: 'https://example.com/orders/ORDER-123' },
    }),
    await messages.sendInteractiveLocationRequest({
      ...frame,
      bodyText: 'Where?',
      parameters: { requestMessage: 'Where?' },
    }),
    await messages.sendInteractiveCatalogMessage({
      ...frame,
      bodyText: 'Catalog',
      parameters: { thumbnailProductRetailerId: 'SKU_THUMBNAIL' },
    }),
  ]
  const ids = answers.map((answer) => answer.messages[0]?.id)
  const phone = (await pair.phone(CUSTOMER, ids.length)).filter(({ direction }) => direction === 'received')
  expect(phone.map(({ id }) => id)).toEqual(ids)
  const [written] = (await pair.phone(CUSTOMER)).filter(({ direction }) => direction === 'written')
  expect(await messages.markRead({ phoneNumberId: frame.phoneNumberId, messageId: written?.id ?? '' })).toEqual({
    success: true,
  })
})

test('Kapso’s SDK uploads, reads, downloads and deletes media', async () => {
  await using pair = await pairWithClient()
  const { media } = pair.client
  const { phoneNumberId } = pair.frame
  const { id: mediaId } = await media.upload({
    phoneNumberId,
    type: 'image',
    file: new Blob([PNG], { type: 'image/png' }),
    fileName: 'a.png',
  })
  const metadata = await media.get({ mediaId, phoneNumberId })
  expect(metadata).toMatchObject({ id: mediaId, mimeType: 'image/png', fileSize: String(PNG.length) })
  const bytes = await media.download({ mediaId, phoneNumberId })
  expect(Buffer.from(bytes as ArrayBuffer).equals(PNG)).toBe(true)
  expect(await media.delete({ mediaId, phoneNumberId })).toEqual({ success: true })
})

test('Kapso’s SDK creates, lists, gets and deletes templates', async () => {
  await using pair = await pairWithClient()
  const { templates } = pair.client
  const businessAccountId = pair.business_account_id
  const created = await templates.create({
    businessAccountId,
    name: 'pickup_soon',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your order {{1}} is nearly ready.', example: { body_text: [['A-1']] } }],
  } as Parameters<typeof templates.create>[0])
  expect(created).toMatchObject({ id: expect.any(String), status: 'PENDING', category: 'UTILITY' })
  const listed = await templates.list({ businessAccountId, limit: 100 })
  expect(listed.data.map(({ name }) => name)).toContain('pickup_soon')
  expect(await templates.get({ businessAccountId, templateId: created.id })).toMatchObject({ name: 'pickup_soon' })
  expect(await templates.delete({ businessAccountId, name: 'pickup_soon' })).toEqual({ success: true })
})

test('a refusal is read by Kapso’s SDK as it should be', async () => {
  await using pair = await pairWithClient()
  const closed = pair.client.messages.sendText({ ...pair.frame, body: 'x' })
  await expect(closed).rejects.toMatchObject({
    httpStatus: 422,
    message: 'Cannot send non-template messages outside the 24-hour window.',
  })
  const stranger = new WhatsAppClient({ baseUrl: `${pair.base_url}/meta/whatsapp`, kapsoApiKey: 'wrong' })
  await expect(stranger.messages.sendText({ ...pair.frame, body: 'x' })).rejects.toMatchObject({
    category: 'authorization',
  })
})
