import type { Simulation } from '../simulation.ts'
import type { Webhook } from '../state.ts'
import { keepFew } from './keep-few.ts'
import { post } from './post.ts'
import { nextAttemptIn } from './retry.ts'
import { callbackFor } from './routing.ts'

export type WebhookSender = {
  /** Makes an attempt at a webhook, after those that wait before it. Resolves to whether it was acknowledged. */
  attempt(webhook: Webhook): Promise<boolean>
  /** Resolves once nothing is under way. */
  settled(): Promise<void>
  /** Drops what waits for its attempt. */
  clear(): void
  stop(): void
}

type Waiting = { webhook: Webhook; tried: (acknowledged: boolean) => void }

/** The attempts, so many at once that consumers meet races, as Meta's do. */
export function createWebhookSender(simulation: Simulation): WebhookSender {
  let queue: Waiting[] = []
  let head = 0
  let flying = 0
  let closed = false
  const idle: (() => void)[] = []

  function pump(): void {
    while (flying < simulation.settings.webhooks.concurrency && head < queue.length) {
      const next = queue[head++]
      if (head === queue.length || (head > 1024 && head * 2 > queue.length)) {
        queue = queue.slice(head)
        head = 0
      }
      if (next) fly(next)
    }
    if (flying > 0) return
    for (const resolve of idle.splice(0)) resolve()
  }

  async function fly({ webhook, tried }: Waiting): Promise<void> {
    flying += 1
    const acknowledged = await tryOnce(simulation, webhook)
    flying -= 1
    tried(acknowledged)
    pump()
  }

  function clear(): void {
    for (const { tried } of queue.slice(head)) tried(false)
    queue = []
    head = 0
    pump()
  }

  return {
    attempt(webhook) {
      if (closed) return Promise.resolve(false)
      return new Promise((tried) => {
        queue.push({ webhook, tried })
        pump()
      })
    },
    settled: () => (flying === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
    clear,
    stop() {
      closed = true
      clear()
    },
  }
}

/** Meta rule: an attempt goes to every app that listens, also to those that have acknowledged an earlier one. */
async function tryOnce(simulation: Simulation, webhook: Webhook): Promise<boolean> {
  const { state } = simulation
  const answers = await Promise.all(
    webhook.app_ids.map(async (app_id) => {
      const app = state.apps.get(app_id)
      const url = app && callbackFor(state, webhook, app)
      const at = simulation.now()
      const answer = app && url ? await post(simulation, app, url, webhook) : { error: 'No callback is set.' }
      webhook.attempts.push({ at, app_id, ...answer })
      return answer
    }),
  )
  const acknowledged = answers.every((answer) => 'answered' in answer && answer.answered === 200)
  // Another state may have taken the place of the one it belongs to.
  if (simulation.state !== state) return acknowledged
  if (acknowledged) {
    webhook.status = 'delivered'
    keepFew(state.webhooks, simulation.settings.limits.webhooks_kept)
  } else if (webhook.status === 'pending') tryLater(simulation, webhook)
  return acknowledged
}

function tryLater(simulation: Simulation, webhook: Webhook): void {
  const rounds = Math.ceil(webhook.attempts.length / Math.max(1, webhook.app_ids.length))
  const age = (simulation.now() - webhook.created_at) / 1000
  const wait = nextAttemptIn(rounds, age, simulation.settings.switches.webhook_retry_hours)
  if (wait === null) webhook.status = 'given_up'
  else simulation.after(wait, { do: 'post', webhook_id: webhook.id })
}
