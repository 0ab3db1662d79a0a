import type { Context } from '../context.ts'
import { every } from '../lib/every.ts'
import { jsonObject } from '../lib/json-object.ts'
import { change, envelope } from '../meta/webhooks/envelope.ts'
import { type Change, failWebhook, recordInbound } from '../store/commands/record-inbound.ts'
import * as phoneNumbers from '../store/phone-numbers.ts'
import * as rawWebhooks from '../store/raw-webhooks.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import type { RawWebhookRow } from '../store/tables.ts'
import { readMessages } from './messages.ts'

export type Processor = {
  /** Says that there may be something to understand. */
  wake(): void
  /** Resolves when everything stored so far has been understood. */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** How often to look for webhooks whose own process ended before it understood them. Milliseconds. */
const LOOK_MS = 1_000

/** How long to leave another process to it that understands webhooks at this moment. Milliseconds. */
const ELSEWHERE_MS = 20

/** Understands stored webhooks one after another, in the order in which they came; after a restart, those left over. */
export function createProcessor(context: Context): Processor {
  let stopped = false
  let running: Promise<void> | null = null
  let again = false

  async function work(): Promise<void> {
    do {
      again = false
      for (;;) {
        const waiting = await rawWebhooks.stored(context.store.db, 50)
        if (waiting.length === 0) break
        if (!(await understand(context, waiting)))
          await new Promise<void>((done) => context.clock.after(ELSEWHERE_MS, done))
        if (stopped) return
      }
    } while (again)
  }

  function wake(): void {
    again = true
    if (running || stopped) return
    running = work()
      .catch((error) => context.log.error({ err: error }, 'stored webhooks could not be read'))
      .finally(() => {
        running = null
        // Woken in the moment between its last look and its end.
        if (again) wake()
      })
  }

  const stopLooking = context.store.alone
    ? () => {}
    : every(context.clock, LOOK_MS, async () => {
        wake()
        await running
      })

  return {
    wake,
    async idle() {
      wake()
      while (running) await running
    },
    async stop() {
      stopped = true
      stopLooking()
      await running
    },
  }
}

/**
 * Understands webhooks in their order. The writer runs commands in the order in which they are given, many to a
 * transaction, so each is given without waiting for the one before. False when another process is at it.
 * @throws StoreUnavailable
 */
async function understand(context: Context, webhooks: RawWebhookRow[]): Promise<boolean> {
  const read = await Promise.allSettled(webhooks.map((webhook) => readChanges(context, webhook)))
  const recorded = await Promise.allSettled(
    read.map((result, index) => record(context, webhooks[index] as RawWebhookRow, result)),
  )
  for (const result of recorded) if (result.status === 'rejected') throw result.reason
  return recorded.every((result) => result.status === 'fulfilled' && result.value)
}

/** A webhook that cannot be understood is marked, and the next one is taken. False when another process is at it. */
async function record(
  { store, log, metrics }: Context,
  { project_id, id }: RawWebhookRow,
  read: PromiseSettledResult<Change[]>,
): Promise<boolean> {
  const webhook = { project_id, id }
  try {
    if (read.status === 'rejected') throw read.reason
    const ours = await store.write(recordInbound, { webhook, changes: read.value })
    if (ours) metrics.webhook('understood')
    return ours
  } catch (error) {
    // It stays stored, and is taken up again when the database is back.
    if (error instanceof StoreUnavailable) throw error
    log.error({ webhook: id, err: error }, 'a webhook could not be understood')
    await store.write(failWebhook, { webhook, error: error instanceof Error ? error.name : 'unknown' })
    metrics.webhook('failed')
    return true
  }
}

/** What the body says of our numbers. Fields without a reader, and what is no webhook at all, stay raw. */
async function readChanges(context: Context, webhook: RawWebhookRow): Promise<Change[]> {
  const body = envelope.safeParse(jsonObject(Buffer.from(webhook.body)))
  const changes: Change[] = []
  for (const item of body.data?.entry.flatMap((entry) => entry.changes) ?? []) {
    const { data } = change.safeParse(item)
    const read = data?.field === 'messages' ? readMessages(data.value) : null
    if (!read) continue
    const number = await phoneNumbers.byPhoneNumberId(context.store.db, read.phone_number_id)
    // A number is spoken for by its own Meta app only: what another app signs about it is not believed.
    if (!number || number.meta_app_id !== webhook.meta_app || number.inbound_processing_enabled === 0) continue
    const { messages, statuses } = read
    const verified = number.webhook_verified_at !== null
    changes.push({ project_id: number.project_id, phone_number: number.id, verified, messages, statuses })
  }
  return changes
}
