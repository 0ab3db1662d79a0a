import { createHmac } from 'node:crypto'
import type { Captured, GraphReply } from './capturing-graph.ts'
import { ACCOUNT, APP_SECRET, NUMBER } from './start-gateway.ts'

/**
 * Every request carries a mark of its own, and what its answer depends on can be told by a mark, too: of a webhook its
 * own, of a send the wamid that only Meta's answer brings.
 */
export const MARKS = /(?:send|hook)-\d{5}-mark|wamid\.of-\d{5}-mark/g

export const mark = (kind: 'send' | 'hook' | 'wamid.of', index: number) =>
  `${kind}-${String(index).padStart(5, '0')}-mark`

/** What Meta answers to a marked send. */
export function markedAnswer({ method, body }: Captured): GraphReply {
  if (method !== 'POST') return { body: { id: '0' } }
  const { to, text } = JSON.parse(body.toString())
  const id = text.body.replace('send', 'wamid.of')
  return { body: { contacts: [{ input: to, wa_id: to }], messages: [{ id }] } }
}

/**
 * Sends and signed webhooks in turn, from so many clients at once. `answered` is told of each as its answer comes, with
 * the mark that the answer depends on.
 * @throws Error for an answer other than 200
 */
export async function markedTraffic(
  { url, key }: { url: string; key: string },
  { requests, clients, answered }: { requests: number; clients: number; answered(asked: Asked): void },
): Promise<void> {
  let next = 0
  let earlier: number | null = null
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let index = next++; index < requests; index = next++) {
        const isSend = index % 2 === 0
        const status = isSend ? await send(url, key, index) : await hook(url, index, earlier)
        if (status !== 200) throw new Error(`request ${index} was answered with ${status}`)
        if (isSend) earlier = index
        const own = mark(isSend ? 'send' : 'hook', index)
        answered({ isSend, own, dependsOn: isSend ? mark('wamid.of', index) : own })
      }
    }),
  )
}

export type Asked = { isSend: boolean; own: string; dependsOn: string }

async function send(url: string, key: string, index: number): Promise<number> {
  const body = { to: `1555${String(index).padStart(7, '0')}`, type: 'text', text: { body: mark('send', index) } }
  return post(`${url}/meta/whatsapp/v24.0/${NUMBER}/messages`, { 'x-api-key': key }, JSON.stringify(body))
}

/** What somebody writes, or what became of an earlier send. */
async function hook(url: string, index: number, earlier: number | null): Promise<number> {
  const [own, timestamp] = [mark('hook', index), '1760000000']
  const said = { id: own, from: '15551234567', timestamp, type: 'text', text: { body: 'x' } }
  const about = { status: 'delivered', timestamp, recipient_id: '15551234567', conversation: { id: own } }
  const told =
    earlier === null || index % 4 === 1
      ? { messages: [said] }
      : { statuses: [{ ...about, id: mark('wamid.of', earlier) }] }
  const value = { metadata: { phone_number_id: NUMBER }, ...told }
  const body = JSON.stringify({ object: 'x', entry: [{ id: ACCOUNT, changes: [{ field: 'messages', value }] }] })
  const signature = `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}`
  return post(`${url}/webhooks/meta`, { 'x-hub-signature-256': signature }, body)
}

async function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const answer = await fetch(url, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return answer.status
}
