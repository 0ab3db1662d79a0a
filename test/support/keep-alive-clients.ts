import { Agent, type IncomingMessage, request } from 'node:http'

/** What became of one request: the answer, or the code of the error that the client saw instead of one. */
export type Seen = {
  mark: string
  status: number | null
  error: string | null
  connection: string | null
  outcome: string | null
  body: string
}

/** One request over a connection of `agent`, never repeated. */
export function ask(
  agent: Agent,
  url: string,
  { method = 'POST', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string },
  mark = '',
): Promise<Seen> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException) =>
      resolve({ mark, status: null, error: error.code ?? error.message, connection: null, outcome: null, body: '' })
    const answered = (response: IncomingMessage) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('error', failed)
      response.on('end', () => {
        const { connection = null, 'fairlead-outcome': outcome } = response.headers
        const status = response.statusCode ?? null
        resolve({ mark, status, error: null, connection, outcome: outcome ? String(outcome) : null, body: text })
      })
    }
    request(url, { method, agent, headers }, answered).on('error', failed).end(body)
  })
}

/**
 * Clients that send one text after another over a connection that each keeps open, until they are told to go away
 * (503), or cannot connect. Each text goes to a recipient of the client's own and is sent once.
 */
export function keepAliveClients(
  { url, key }: { url: string; key: string },
  { number, clients, name }: { number: string; clients: number; name: string },
) {
  const seen: Seen[] = []
  const done = Array.from({ length: clients }, async (_, client) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (let turn = 0; ; turn += 1) {
      const mark = `${name}-${client}-${turn}`
      const text = { to: `1555${name.length}00${String(client).padStart(4, '0')}`, type: 'text', text: { body: mark } }
      const answer = await ask(
        agent,
        `${url}/meta/whatsapp/v24.0/${number}/messages`,
        { headers: { 'x-api-key': key }, body: JSON.stringify(text) },
        mark,
      )
      seen.push(answer)
      if (answer.status !== 200) break
    }
    agent.destroy()
  })
  return { seen, done: Promise.all(done) }
}
