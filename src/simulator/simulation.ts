import type { Agent } from 'undici'
import type { Clock } from '../lib/clock.ts'
import type { Rules } from './faults/rules.ts'
import type { Identifiers } from './identifiers.ts'
import type { LinkCache } from './media/fetch-link.ts'
import type { MediaStore } from './media/store.ts'
import type { RandomSource } from './random.ts'
import type { Settings } from './settings.ts'
import type { State } from './state.ts'
import type { Task } from './tasks.ts'
import type { Timeline } from './timeline.ts'
import type { Changes } from './webhooks/changes.ts'
import type { WebhookSender } from './webhooks/sender.ts'

/** Everything the simulator's parts share; built once by startSimulator. */
export type Simulation = {
  /** The real time, for what happens to sockets. */
  realClock: Clock
  random: RandomSource
  settings: Settings
  state: State
  ids: Identifiers
  timeline: Timeline<Task>
  media: MediaStore
  linkCache: LinkCache
  /** What the business's apps are told. */
  changes: Changes
  webhooks: WebhookSender
  rules: Rules
  /** The connections to the outside: callbacks and links. */
  http: Agent
  /** Where others reach the simulator. */
  url(): string
  /** The simulated time: microseconds since 1970. */
  now(): number
  /** Has `task` performed after `ms` of simulated time, unless the simulator closes before. */
  after(ms: number, task: Task): void
  /** Lets an advance of the clock wait for this; its failure is logged and otherwise without effect. */
  track(work: Promise<unknown>): void
  /** Back to the world it was started with. */
  reset(): Promise<void>
  /** Goes on from what an export holds. */
  restore(snapshot: unknown): Promise<void>
}

/** Meta writes times as whole seconds. */
export function seconds(micros: number): number {
  return Math.floor(micros / 1_000_000)
}
