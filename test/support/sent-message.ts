import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/clock.ts'
import { commitIntent } from '../../src/store/commands/commit-intent.ts'
import { ensureProject } from '../../src/store/commands/ensure-project.ts'
import { type InboundStatus, recordInbound } from '../../src/store/commands/record-inbound.ts'
import { settleSend } from '../../src/store/commands/settle-send.ts'
import { storeWebhook } from '../../src/store/commands/store-webhook.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { engineSettings } from './engine.ts'

/** The row key of a number; nothing that is tried with it looks at more of a number than its key. */
const NUMBER = 1

/** A store of its own on the engine that the run is told on; `count` handles on it, as so many processes have. */
export async function openStores(count: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'fairlead-statuses-'))
  const { DATABASE_URL: databaseUrl = null } = await engineSettings(dataDir)
  const stores: Store[] = []
  for (let index = 0; index < count; index += 1) {
    stores.push(await openStore({ dataDir, databaseUrl, clock: systemClock, random: randomBytes }))
  }
  const [first] = stores
  const { id: project_id } = (await first?.write(ensureProject, { name: 'default' })) ?? { id: 0 }
  return {
    stores,
    project_id,
    async [Symbol.asyncDispose]() {
      for (const store of stores) await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A status as Meta reports it. `timestamp`: unix seconds. `participant`: the member of a group, or empty. */
export type Report = { status: string; timestamp: number; participant: string }

/** A send that is on its way: what may now happen to it, and what is stored of it in the end. */
export async function sendOnItsWay(store: Store, project_id: number, wamid: string) {
  const body = Buffer.from('{}')
  const key = { project_id, phone_number: NUMBER }
  const id = store.ids.row()
  const intent = { id, uuid: store.ids.uuid(id) }
  await store.write(commitIntent, {
    ...key,
    ...intent,
    ...{ recipient: wamid, type: 'text', version: 'v24.0', edge: 'messages', body, fingerprint: null, traceable: 1 },
    ...{ idempotency_key: null, claim: null, resend_of: null, twins_within: null },
  })
  const person = { wa_id: wamid.replace(/\D/g, ''), user_id: null }
  return {
    /** Meta's answer is stored. */
    answered: (by = store) =>
      by.write(settleSend, {
        ...{ project_id, id: intent.id, state: 'accepted', http_status: 200, answer: body },
        ...{ resolution: null, owed: 0, release: false },
        accepted: { wamid, person },
      }),
    /** A webhook with statuses of the message is understood; `traced`: they carry our id. */
    async reported(reports: Report[], traced: boolean, by = store) {
      const statuses: InboundStatus[] = reports.map((report) => ({
        ...report,
        ...{ wamid, recipient: person, send: traced ? intent.uuid : null },
        payload: JSON.stringify(report),
      }))
      const id = await by.write(storeWebhook, { project_id, meta_app: 1, body })
      const change = { ...key, verified: true, messages: [], statuses }
      // Where another process is understanding webhooks at this moment, this one comes back to it.
      while (!(await by.write(recordInbound, { webhook: { project_id, id }, changes: [change] }))) {
        await new Promise((resolve) => setTimeout(resolve, 1))
      }
    },
    async status() {
      const row = await store.db.query
        .selectFrom('messages')
        .select('status')
        .where('id', '=', intent.id)
        .executeTakeFirst()
      return row?.status ?? null
    },
    async history() {
      const rows = await store.db.query
        .selectFrom('statuses')
        .select(['status', 'timestamp', 'payload'])
        .where('project_id', '=', project_id)
        .where('message', '=', intent.id)
        .execute()
      return rows.map(({ payload }) => payload).sort()
    },
    async parked() {
      const rows = await store.db.query
        .selectFrom('parked_statuses')
        .select('status')
        .where('wamid', '=', wamid)
        .execute()
      return rows.length
    },
  }
}
