import { type Agent, request } from 'undici'
import type { Clock } from '../../lib/clock.ts'
import type { State } from '../state.ts'
import { createLane } from './lane.ts'
import { nextAttemptIn } from './retry.ts'
import { serialise, signatureHeaders } from './serialise.ts'

export type WebhookLogEntry = {
  id: number
  field: string
  account_id: string
  /** One line: what happened to which message or template. */
  summary: string
  /** What was sent, as JSON. */
  body: unknown
  created_at: string
  attempts: { at: string; answered?: number; error?: string }[]
  status: 'pending' | 'delivered' | 'given_up' | 'not_sent'
}

export type WebhookSender = {
  /** Sends a change of an account to the app's callback, now and again until it is acknowledged. Never throws. */
  send(webhook: { account_id: string; field: string; value: unknown; time?: number; summary: string }): void
  /** The last 1000 webhooks, newest first. */
  log(): WebhookLogEntry[]
  /** Drops what is waiting; what is in the air ends with its connection. */
  stop(): void
}

type Delivery = { entry: WebhookLogEntry; bytes: Buffer; born: number }

const KEPT_IN_LOG = 1000
const AT_ONCE = 32
const WAITING_LIMIT = 100_000

/** `after`: runs a task later on the simulator's clock, and not at all once it closes. */
export function createWebhookSender(
  state: State,
  clock: Clock,
  agent: Agent,
  after: (ms: number, task: () => void) => void,
): WebhookSender {
  const log: WebhookLogEntry[] = []
  const lane = createLane(AT_ONCE, attempt)
  let unacknowledged = 0
  let closed = false
  let lastId = 0

  const isoNow = () => new Date(clock.now() / 1000).toISOString()

  async function attempt({ entry, bytes, born }: Delivery): Promise<void> {
    const at = isoNow()
    try {
      const answered = await post(agent, state, bytes)
      entry.attempts.push({ at, answered })
      if (answered === 200) return settle(entry, 'delivered')
    } catch (error) {
      if (closed) return
      entry.attempts.push({ at, error: error instanceof Error ? error.message : String(error) })
    }
    const wait = nextAttemptIn(entry.attempts.length, (clock.now() - born) / 1000)
    if (wait === null) return settle(entry, 'given_up')
    after(wait, () => lane.add({ entry, bytes, born }))
  }

  function settle(entry: WebhookLogEntry, status: 'delivered' | 'given_up'): void {
    entry.status = status
    unacknowledged -= 1
  }

  return {
    send({ account_id, field, value, time, summary }) {
      if (closed) return
      const changes = [{ value, field }]
      const entries = [time === undefined ? { id: account_id, changes } : { id: account_id, time, changes }]
      const body = { object: 'whatsapp_business_account', entry: entries }
      const sendable = state.app.callback_url !== undefined && unacknowledged < WAITING_LIMIT
      const status = sendable ? 'pending' : 'not_sent'
      const created_at = isoNow()
      const entry: WebhookLogEntry = {
        id: ++lastId,
        field,
        account_id,
        summary,
        body,
        created_at,
        attempts: [],
        status,
      }
      log.push(entry)
      if (log.length > KEPT_IN_LOG * 2) log.splice(0, log.length - KEPT_IN_LOG)
      if (!sendable) return
      unacknowledged += 1
      lane.add({ entry, bytes: serialise(body), born: clock.now() })
    },
    log: () => log.slice(-KEPT_IN_LOG).reverse(),
    stop() {
      closed = true
      lane.clear()
    },
  }
}

async function post(agent: Agent, state: State, bytes: Buffer): Promise<number> {
  // The callback of the moment, not the one of when the webhook came to be: a receiver that moved gets what it missed.
  const url = state.app.callback_url
  if (!url) throw new Error('No callback is set.')
  const answer = await request(url, {
    dispatcher: agent,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'facebookexternalua',
      ...signatureHeaders(state.app.secret, bytes),
    },
    body: bytes,
  })
  await answer.body.dump()
  return answer.statusCode
}
