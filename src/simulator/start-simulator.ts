import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { z } from 'zod'
import { type Clock, systemClock } from '../lib/clock.ts'
import { StartError } from '../lib/start-error.ts'
import { createServer } from './create-server.ts'
import { createRules } from './faults/rules.ts'
import { createIdentifiers } from './identifiers.ts'
import { createMediaStore } from './media/store.ts'
import { createRandomSource } from './random.ts'
import { seedState } from './seed-state.ts'
import { changeSettings, defaultSettings, type Settings, type SettingsChange } from './settings.ts'
import type { Simulation } from './simulation.ts'
import { readSnapshot, type Snapshot } from './snapshot.ts'
import { objectOf } from './state.ts'
import { perform, type Task } from './tasks.ts'
import { createTimeline } from './timeline.ts'
import { warn } from './warn.ts'
import { createChanges } from './webhooks/changes.ts'
import { createWebhookSender } from './webhooks/sender.ts'
import type { World } from './world.ts'
import { customerWrites } from './writing/customer-writes.ts'

export type SimulatorOptions = {
  /** Default 127.0.0.1. */
  host?: string
  /** Default 0: any free port. */
  port?: number
  /** The X-API-Key of the control API. */
  key: string
  /** Default: the system's. The simulator's own time follows it, until the control API says otherwise. */
  clock?: Clock
  /** With the same seed and the same requests everything happens the same way again, ids included. Default: chance. */
  seed?: string | number
  settings?: SettingsChange
  /** Where the simulated time begins, microseconds since 1970. Default: now, by the clock. */
  startAt?: number
  /** The time stands from the first moment on, until it is advanced. */
  frozen?: boolean
  /** Simulated seconds in a real one. Default 1. */
  speed?: number
  /** Where others reach the simulator, for media URLs. Default: the address it listens on. */
  publicUrl?: string
  world: World
}

export type Simulator = {
  url: string
  port: number
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const CONNECTIONS = 256

/**
 * Starts a simulated Meta that knows `world`: Graph paths and the control API on one port. Many can run side by side.
 * Throws when the world or the settings make no sense, or the port is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', port = 0 } = options
  const simulation = createSimulation(options)
  const app = createServer(simulation, options.key)
  const close = async () => {
    simulation.timeline.stop()
    simulation.webhooks.stop()
    await app.close()
    await simulation.http.destroy()
    await simulation.media.close()
  }
  try {
    await app.listen({ host, port })
  } catch (error) {
    await close()
    throw error
  }
  const { port: bound } = app.server.address() as AddressInfo
  const url = options.publicUrl ?? `http://${reachable(host)}:${bound}`
  simulation.url = () => url
  greet(simulation, options.world)
  return { url, port: bound, close, [Symbol.asyncDispose]: close }
}

function createSimulation(options: SimulatorOptions): Simulation {
  const { clock = systemClock } = options
  const settings = readSettings(options.settings ?? {})
  const random = createRandomSource(options.seed)
  const underWay = new Set<Promise<unknown>>()
  const settled = async () => {
    while (underWay.size > 0) await Promise.all(underWay)
    await simulation.webhooks.settled()
    // What was awaited may have started something more in its own continuation.
    await new Promise((resolve) => setImmediate(resolve))
    if (underWay.size > 0) await settled()
  }
  // One thing that cannot happen must not keep everything after it from happening.
  const performSafely = (task: Task) => {
    try {
      perform(simulation, task)
    } catch (error) {
      warn(error)
    }
  }
  const timeline = createTimeline<Task>(clock, performSafely, settled)
  // Frozen first: between the two a millisecond may pass.
  timeline.set(options)
  if (options.startAt !== undefined) timeline.restart(options.startAt, [])
  const simulation = {
    realClock: clock,
    random,
    settings,
    state: seedState(options.world, timeline.now()),
    timeline,
    linkCache: new Map(),
    ids: createIdentifiers(random, (id) => objectOf(simulation.state, id) !== undefined),
    http: new Agent({ connections: CONNECTIONS }),
    url: () => '',
    now: timeline.now,
    after: timeline.after,
    track(work) {
      const tracked = work.catch(warn).finally(() => underWay.delete(tracked))
      underWay.add(tracked)
    },
    async reset() {
      const state = seedState(options.world, timeline.now())
      await replaceState(simulation, { state, now: timeline.now(), settings, waiting: [], files: {} })
      greet(simulation, options.world)
    },
    async restore(exported) {
      await replaceState(simulation, readSnapshot(exported))
    },
  } as Simulation
  simulation.media = createMediaStore(simulation)
  simulation.rules = createRules(simulation)
  simulation.webhooks = createWebhookSender(simulation)
  simulation.changes = createChanges(simulation)
  return simulation
}

function readSettings(given: SettingsChange): Settings {
  try {
    return changeSettings(defaultSettings(), given)
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const [issue] = error.issues
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
    const path = [...(issue?.path ?? []), ...keys].join('.')
    throw new StartError(`The simulator's setting ${path} makes no sense: ${issue?.message}.`)
  }
}

/** The customers of the world say what they say at a start. Whoever listens is told in the background. */
function greet(simulation: Simulation, { customers = [] }: World): void {
  const [number] = simulation.state.numbers.values()
  for (const { wa_id, says } of customers) {
    if (says === undefined || !number) continue
    const written = { phone_number_id: number.id, type: 'text', content: { body: says } }
    simulation.track(customerWrites(simulation, number, wa_id, written))
  }
}

/** Another state takes the place of this one. What is in the air still lands, and changes nothing any more. */
async function replaceState(simulation: Simulation, { state, now, settings, waiting, files }: Snapshot): Promise<void> {
  await simulation.media.restore(state, files)
  simulation.linkCache.clear()
  simulation.webhooks.clear()
  simulation.state = state
  simulation.settings = settings
  simulation.changes.clear()
  simulation.timeline.restart(now, waiting)
  const isPlanned = new Set(waiting.flatMap(({ task }) => (task.do === 'post' ? [task.webhook_id] : [])))
  for (const webhook of state.webhooks.values()) {
    // Exported in the middle of an attempt.
    if (webhook.status === 'pending' && !isPlanned.has(webhook.id)) simulation.webhooks.attempt(webhook)
  }
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
