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
        if (!(await understand(waiting))) await new Promise<void>((done) => context.clock.after(ELSEWHERE_MS, done))
        if (stopped) return
      }
    } while (again)
  }

  /** False when another process is at it. */
  async function understand(waiting: RawWebhookRow[]): Promise<boolean> {
    for (const webhook of waiting) {
      if (stopped) break
      if (!(await processWebhook(context, webhook))) return false
    }
    return true
  }

  function wake(): void {
    again = true
    if (running || stopped) return
    running = work()
      .catch((error) => context.log.error({ err: error }, 'stored webhooks could not be read'))
      .finally(() => {
        running = null
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
      await running
    },
    async stop() {
      stopped = true
      stopLooking()
      await running
    },
  }
}

/**
 * A webhook that cannot be understood is marked, and the next one is taken. False when another process is at it.
 * @throws StoreUnavailable
 */
async function processWebhook(context: Context, webhook: RawWebhookRow): Promise<boolean> {
  const { write } = context.store
  try {
    const changes = await readChanges(context, webhook)
    return await write(recordInbound, { webhook: { project_id: webhook.project_id, id: webhook.id }, changes })
  } catch (error) {
    // It stays stored, and is taken up again when the database is back.
    if (error instanceof StoreUnavailable) throw error
    context.log.error({ webhook: webhook.id, err: error }, 'a webhook could not be understood')
    const reason = error instanceof Error ? error.name : 'unknown'
    await write(failWebhook, { webhook: { project_id: webhook.project_id, id: webhook.id }, error: reason })
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
    changes.push({ project_id: number.project_id, phone_number: number.id, messages, statuses })
  }
  return changes
}
