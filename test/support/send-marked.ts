import { connectNumber } from '../../src/access/connect-number.ts'
import { ACCOUNT, NUMBER, type TestAnswer, type TestGateway } from './start-gateway.ts'

/** A number beside the usual one, which has no trouble. */
export const OTHER_NUMBER = '106540352242933'

export async function connectOtherNumber({ context }: TestGateway): Promise<void> {
  const number = await context.numbers.byPhoneNumberId(NUMBER)
  await connectNumber(context, number?.project_id ?? 0, {
    name: 'Other',
    phone_number_id: OTHER_NUMBER,
    business_account_id: ACCOUNT,
    access_token: 'other',
    kind: 'production',
    inbound_processing_enabled: true,
    calls_enabled: false,
    simulated: false,
  })
}

export type Marked = { answer: TestAnswer; ms: number; mark: string; to: string }

/** Sends texts, each with a mark by which Meta's side knows it again, and each to somebody of its own. */
export function markedSends(gateway: TestGateway) {
  let recipients = 0
  const recipient = () => {
    recipients += 1
    return `1555${String(recipients).padStart(7, '0')}`
  }
  const textTo = (to: string, mark: string) => ({
    messaging_product: 'whatsapp',
    to,
    type: 'text',
    text: { body: mark },
  })
  return {
    recipient,
    textTo,
    async send(phone_number_id: string, mark: string): Promise<Marked> {
      const to = recipient()
      const started = performance.now()
      const answer = await gateway.call('POST', `${gateway.meta}/${phone_number_id}/messages`, textTo(to, mark))
      return { answer, ms: performance.now() - started, mark, to }
    },
    /** What the store says became of what was sent to somebody. */
    async states(to: string): Promise<string[]> {
      const { query } = gateway.context.store.db
      const rows = await query.selectFrom('sends').select('state').where('recipient', '=', to).execute()
      return rows.map(({ state }) => state)
    },
  }
}

/** What a client reads off an answer to a send: status, our code if it is ours, outcome, and when to try again. */
export function readOff({ status, headers, json }: TestAnswer) {
  return {
    status,
    code: typeof json.code === 'string' ? json.code : null,
    outcome: headers.get('fairlead-outcome'),
    retryAfter: headers.get('retry-after'),
  }
}
