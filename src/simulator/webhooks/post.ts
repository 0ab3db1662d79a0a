import { request } from 'undici'
import type { Simulation } from '../simulation.ts'
import type { App, Webhook } from '../state.ts'
import { signatureHeaders } from './serialise.ts'

/** Posts a webhook to one callback; never throws. */
export async function post(
  { http, settings }: Simulation,
  app: App,
  url: string,
  webhook: Webhook,
): Promise<{ answered: number } | { error: string }> {
  const bytes = Buffer.from(webhook.body, 'latin1')
  const secret = webhook.badly_signed ? `not ${app.secret}` : app.secret
  try {
    const answer = await request(url, {
      dispatcher: http,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        ...signatureHeaders(secret, bytes),
      },
      body: bytes,
      headersTimeout: settings.webhooks.answer_timeout,
      bodyTimeout: settings.webhooks.answer_timeout,
    })
    await answer.body.dump()
    return { answered: answer.statusCode }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
