import type { Logger } from 'pino'
import type { Authenticator } from './access/authenticate.ts'
import type { Numbers } from './access/numbers.ts'
import type { RateLimit } from './access/rate-limit.ts'
import type { Config } from './config.ts'
import type { Clock } from './lib/clock.ts'
import type { Random } from './lib/ids.ts'
import type { Graph } from './meta/graph.ts'
import type { Turns } from './sending/turns.ts'
import type { Twins } from './sending/twins.ts'
import type { Windows } from './sending/windows.ts'
import type { Store } from './store/open.ts'
import type { Vault } from './store/vault.ts'

/** What a running gateway consists of. Built once, by `server.ts`, and handed to whoever needs it. */
export type Context = {
  config: Config
  clock: Clock
  random: Random
  log: Logger
  store: Store
  vault: Vault
  authenticator: Authenticator
  rateLimit: RateLimit
  numbers: Numbers
  graph: Graph
  turns: Turns
  twins: Twins
  windows: Windows
  /** Where the outside reaches us, without a slash at the end. Never taken from a request. */
  publicUrl(): string
  /** Meta's Graph API for a number: the real one, or the simulator for a simulated number. */
  graphOrigin(number: { simulated: 0 | 1 }): string
  /** Where files wait that are on their way to Meta. Emptied on every start. */
  spoolDir: string
  /** Wakes whoever understands stored webhooks. */
  webhookStored(): void
  /** Resolves when every webhook stored so far has been understood. */
  understood(): Promise<void>
}
