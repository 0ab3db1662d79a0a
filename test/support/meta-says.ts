import { createHmac } from 'node:crypto'
import { saveMetaApp } from '../../src/access/save-meta-app.ts'
import type { Captured } from './capturing-graph.ts'
import { ACCOUNT, NUMBER, type TestGateway } from './start-gateway.ts'

const SECRET = 'an-app-secret'

/** Makes a gateway believe what is signed with a secret, and gives the function that says something to it so. */
export async function metaSays(gateway: TestGateway) {
  const number = await gateway.context.numbers.byPhoneNumberId(NUMBER)
  await saveMetaApp(gateway.context, number?.project_id ?? 0, {
    slug: 'default',
    app_secret: SECRET,
    verify_token: 'tok',
  })
  return async (value: Record<string, unknown>) => {
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: ACCOUNT,
          changes: [
            {
              field: 'messages',
              value: { messaging_product: 'whatsapp', metadata: { phone_number_id: NUMBER }, ...value },
            },
          ],
        },
      ],
    })
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
    const answer = await gateway.call('POST', '/webhooks/meta', body, { 'x-hub-signature-256': signature })
    if (answer.status !== 200) throw new Error(answer.text)
    await gateway.context.understood()
  }
}

/** The status that Meta sends of a message that reached it by this request, with the callback data that came with it. */
export function statusOf(request: Captured | undefined, wamid: string, status = 'sent') {
  const { to, biz_opaque_callback_data } = JSON.parse(request?.body.toString() ?? '{}')
  return {
    statuses: [
      {
        id: wamid,
        status,
        timestamp: String(Math.floor(Date.now() / 1000)),
        recipient_id: String(to).replace(/\D/g, ''),
        ...(biz_opaque_callback_data && { biz_opaque_callback_data }),
      },
    ],
  }
}
