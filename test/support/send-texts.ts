/** One try to send a text: what was answered, or null when nothing was. `code`: of an error of ours. */
export type SentText = {
  mark: string
  status: number | null
  code: unknown
  retryAfter: string | null
  began: number
  ms: number
  at: number
}

/**
 * Clients that send one text after another, each text once and to a recipient of the client's own, until `stop` gives
 * what became of them. `urls`: bases of the Meta-compatible surface; client by client the next one.
 */
export function sendTexts({
  urls,
  number,
  clients = 8,
  to = (client) => `1555000${String(client).padStart(4, '0')}`,
}: {
  urls: Array<{ url: string; key: string }>
  number: string
  clients?: number
  to?: (client: number) => string
}) {
  const sent: SentText[] = []
  let stopped = false
  const done = Array.from({ length: clients }, async (_, client) => {
    const { url, key } = urls[client % urls.length] ?? { url: '', key: '' }
    for (let turn = 0; !stopped; turn += 1) {
      const mark = `${client}-${turn}`
      const began = performance.now()
      const answer = await fetch(`${url}/meta/whatsapp/v24.0/${number}/messages`, {
        method: 'POST',
        headers: { 'x-api-key': key },
        body: JSON.stringify({ messaging_product: 'whatsapp', to: to(client), type: 'text', text: { body: mark } }),
      }).catch(() => null)
      const json = (await answer?.json().catch(() => null)) as { code?: unknown } | null
      const at = performance.now()
      sent.push({
        mark,
        status: answer?.status ?? null,
        code: json?.code,
        retryAfter: answer?.headers.get('retry-after') ?? null,
        began,
        ms: at - began,
        at,
      })
      if (answer?.status !== 200) await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  return {
    sent,
    async stop(): Promise<SentText[]> {
      stopped = true
      await Promise.all(done)
      return sent
    },
  }
}
