import { NUMBER } from './start-gateway.ts'
import { CLIENTS, customerOf, type Judged } from './start-judged.ts'

export type Answer = { status: number; code: unknown; wamid: string | null; retryAfter: string | null; began: number }

/** One request to send a text under a key; null when no answer came. */
export async function sendKeyed(judged: Judged, mark: string, client: number, gateway = 0): Promise<Answer | null> {
  const began = performance.now()
  const answer = await fetch(`${judged.url(gateway)}/meta/whatsapp/v24.0/${NUMBER}/messages`, {
    method: 'POST',
    headers: { 'x-api-key': judged.key, 'idempotency-key': mark, 'content-type': 'application/json' },
    body: JSON.stringify({
      messaging_product: 'whatsapp',
      to: customerOf(client),
      type: 'text',
      text: { body: mark },
    }),
  }).catch(() => null)
  const text = await answer?.text().catch(() => null)
  if (!answer || text === null || text === undefined) return null
  const json = JSON.parse(text)
  return {
    status: answer.status,
    code: json.code,
    wamid: json.messages?.[0]?.id ?? null,
    retryAfter: answer.headers.get('retry-after'),
    began,
  }
}

/**
 * Clients that send one text after another, each under a key of its own, and repeat each until the answer is the last
 * word. `answers`: all of them; `accepted`: by mark the wamid; `doubtful`: marks of which nobody knows yet.
 */
export function keyedClients(judged: Judged, { gateways = 1 } = {}) {
  const answers: Answer[] = []
  const accepted = new Map<string, string>()
  const doubtful = new Map<string, number>()
  const refused: Array<Answer & { mark: string }> = []
  let stopped = false
  const pause = () => new Promise((resolve) => setTimeout(resolve, 25))

  async function untilLastWord(mark: string, client: number): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const answer = await sendKeyed(judged, mark, client, (client + tries) % gateways)
      if (answer) answers.push(answer)
      if (answer?.status === 200 && answer.wamid) return void accepted.set(mark, answer.wamid)
      if (answer?.code === 'outcome_in_doubt') return void doubtful.set(mark, client)
      const passes = answer === null || answer.code === 'not_sent' || answer.status === 409 || answer.status >= 500
      if (!passes) return void refused.push({ ...answer, mark })
      await pause()
    }
  }

  const done = Array.from({ length: CLIENTS }, async (_, client) => {
    for (let turn = 0; !stopped; turn += 1) await untilLastWord(`${client}-${turn}`, client)
  })
  return {
    answers,
    accepted,
    doubtful,
    refused,
    async stop(): Promise<void> {
      stopped = true
      await Promise.all(done)
    },
  }
}
