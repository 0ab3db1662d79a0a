import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createAuthenticator } from './access/authenticate.ts'
import { createMetaApps } from './access/meta-apps.ts'
import { createNumbers } from './access/numbers.ts'
import { createRateLimit } from './access/rate-limit.ts'
import { buildApp } from './app.ts'
import { lookAfterDoubts, lookOnce } from './background/doubts.ts'
import { forgetExpiredKeys } from './background/expired-keys.ts'
import type { Config } from './config.ts'
import type { Context } from './context.ts'
import { createProcessor } from './inbound/process.ts'
import { type Clock, DAY } from './lib/clock.ts'
import type { Random } from './lib/ids.ts'
import { StartError } from './lib/start-error.ts'
import { loadMasterKey } from './master-key.ts'
import { createGraph } from './meta/graph.ts'
import { createTurns } from './sending/turns.ts'
import { createWindows } from './sending/windows.ts'
import { ensureProject } from './store/commands/ensure-project.ts'
import { noteIntakeGap } from './store/commands/phone-numbers.ts'
import { openStore } from './store/open.ts'
import { DEFAULT_PROJECT } from './store/projects.ts'
import { createVault } from './store/vault.ts'

export type Gateway = {
  /** Where it listens: `http://127.0.0.1:8080`. */
  url: string
  context: Context
  /** Answers what has begun, then stops. */
  close(): Promise<void>
}

/**
 * Opens the store, brings in what a sudden end left behind, and listens.
 * @throws StartError with one line that says what to change
 */
export async function startGateway(
  config: Config,
  { clock, random, log }: { clock: Clock; random: Random; log: Logger },
): Promise<Gateway> {
  const store = await openStore({ dataDir: config.dataDir, databaseUrl: config.databaseUrl, clock, random })
  try {
    const masterKey = loadMasterKey(config, random)
    if (masterKey.made) {
      log.info({ path: masterKey.made }, 'a master key was made: back it up, without it stored tokens cannot be read')
    }
    const { db, write } = store
    const vault = createVault({ masterKey: masterKey.key, db, write, random })
    const spoolDir = makeSpool(join(config.dataDir, 'spool'), store.alone, clock)

    let url = ''
    const context: Context = {
      config,
      clock,
      random,
      log,
      store,
      vault,
      spoolDir,
      authenticator: createAuthenticator({ db, write, clock }),
      rateLimit: createRateLimit(clock, config.rateLimit),
      numbers: createNumbers({ db, vault, clock }),
      graph: createGraph(clock),
      turns: createTurns(clock),
      twins: new Map(),
      windows: createWindows({ clock, db }),
      publicUrl: () => config.publicUrl ?? url,
      graphOrigin: ({ simulated }) => (simulated ? config.simulatorUrl : config.graphUrl),
      webhookStored: () => processor.wake(),
      understood: () => processor.idle(),
    }
    const processor = createProcessor(context)
    await recover(context)
    const background = [lookAfterDoubts(context), forgetExpiredKeys(context)]

    const app = buildApp(context, createMetaApps({ db, vault, clock }))
    url = await listen(() => app.listen({ host: config.host, port: config.port }), config)
    processor.wake()
    return {
      url,
      context,
      async close() {
        await app.close()
        for (const stop of background) stop()
        await processor.stop()
        await context.graph.close()
        await store.close()
        rmSync(spoolDir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** A folder of this process's own for files on their way. What a sudden end left is removed, at the latest after a day. */
function makeSpool(folder: string, alone: boolean, clock: Clock): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    // Processes with one database may share the folder, too.
    const abandoned = alone || clock.now() / 1000 - statSync(path).mtimeMs > DAY / 1000
    if (abandoned) rmSync(path, { recursive: true, force: true })
  }
  return mkdtempSync(join(folder, 'process-'))
}

async function recover(context: Context): Promise<void> {
  const { store, clock } = context
  await store.write(ensureProject, { name: DEFAULT_PROJECT })
  await store.write(noteIntakeGap, { at: clock.now() })
  await lookOnce(context)
}

async function listen(start: () => Promise<string>, { host, port }: Config): Promise<string> {
  try {
    return await start()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EADDRINUSE') {
      throw new StartError(`Port ${port} on ${host} is in use. Stop what uses it, or set FAIRLEAD_PORT.`)
    }
    if (code === 'EACCES')
      throw new StartError(`Port ${port} may not be used by this user. Set FAIRLEAD_PORT above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(`FAIRLEAD_HOST ${host} is not an address of this machine.`)
    }
    throw error
  }
}
