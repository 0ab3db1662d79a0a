import type { Agent } from 'undici'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/ids.ts'
import type { Identifiers } from './identifiers.ts'
import type { LinkCache } from './media/fetch-link.ts'
import type { MediaStore } from './media/store.ts'
import type { State } from './state.ts'
import type { WebhookSender } from './webhooks/sender.ts'
import type { Timings } from './world.ts'

/** Everything the simulator's parts share; built once by startSimulator. */
export type Simulation = {
  clock: Clock
  random: Random
  timings: Timings
  fetchLinks: boolean
  messageLimit: number
  linkCache: LinkCache
  state: State
  ids: Identifiers
  media: MediaStore
  webhooks: WebhookSender
  /** The connections to the outside: callbacks and links. */
  http: Agent
  /** Where others reach the simulator. */
  url(): string
  /** Runs `task` after `ms` on the clock, unless the simulator closes before. */
  after(ms: number, task: () => void): void
}

/** Meta writes times as whole seconds. */
export function seconds(micros: number): number {
  return Math.floor(micros / 1_000_000)
}
