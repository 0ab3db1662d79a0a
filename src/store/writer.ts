import type { Ids } from '../lib/ids.ts'
import type { Db, Tx } from './db.ts'

/** What must commit together: a name, and a function of plain data that may use nothing but the transaction. */
export type Command<In, Out> = { name: string; run(tx: Tx, input: In): Promise<Out> }

export function defineCommand<In, Out>(name: string, run: (tx: Tx, input: In) => Promise<Out>): Command<In, Out> {
  return { name, run }
}

/** Resolves when what the command wrote is on the disk; rejects when the command failed or could not be committed. */
export type Write = <In, Out>(command: Command<In, Out>, input: In) => Promise<Out>

export type Writer = { write: Write; close(): Promise<void> }

/** The one connection of this process that writes, with its transaction. */
export type WriteConnection = Db & {
  begin(): Promise<void>
  /** Sets the savepoint that a command runs under; then `keep` what it did, or `undo` it. */
  mark(): Promise<void>
  keep(): Promise<void>
  undo(): Promise<void>
  /** Resolves when everything is on the disk. */
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Whether a command failed because of what another process was writing, so that it may succeed when run again. */
  collided(error: unknown): boolean
}

/** `run` never throws for what the command threw; `settle` tells the outcome, or that the command is to run again. */
type Job = { run(): Promise<void>; settle(): 'settled' | 'again'; fail(error: unknown): void }

/** How many commands share a transaction at most, so that none waits for a crowd. */
const BATCH = 256

/** How often a command is run that collides with other processes. */
const TRIES = 6

/**
 * Group commit: commands asked for while one transaction runs share the next one and its single sync. Only the writer
 * owns the connection, so nothing can slip between two statements of a command, and each command runs under a
 * savepoint: one that fails, fails alone. `committed` hears of every commit.
 */
export function createWriter(connection: WriteConnection, ids: Ids, committed?: (commands: number) => void): Writer {
  const tx: Tx = { query: connection.query, execute: connection.execute, ids, write: true }
  const waiting: Job[] = []
  let working: Promise<void> | null = null
  let closed = false

  async function commitBatch(batch: Job[]): Promise<void> {
    try {
      await connection.begin()
      for (const job of batch) await job.run()
      await connection.commit()
      committed?.(batch.length)
    } catch (error) {
      // The database ends the transaction by itself on some failures (disk full, connection lost); then there is
      // nothing to undo.
      await connection.rollback().catch(() => {})
      for (const job of batch) job.fail(error)
      return
    }
    waiting.unshift(...batch.filter((job) => job.settle() === 'again'))
  }

  async function work(): Promise<void> {
    // One turn of the event loop gathers what arrived together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) await commitBatch(waiting.splice(0, BATCH))
    working = null
  }

  function write<In, Out>(command: Command<In, Out>, input: In): Promise<Out> {
    if (closed) return Promise.reject(new Error('The store is closed.'))
    return new Promise<Out>((resolve, reject) => {
      let settle: Job['settle'] = () => 'settled'
      let tries = 0
      waiting.push({
        async run() {
          await connection.mark()
          try {
            const out = await command.run(tx, input)
            settle = () => {
              resolve(out)
              return 'settled'
            }
          } catch (error) {
            await connection.undo()
            tries += 1
            settle = () => {
              if (tries < TRIES && connection.collided(error)) return 'again'
              reject(error)
              return 'settled'
            }
            return
          }
          await connection.keep()
        },
        settle: () => settle(),
        fail: reject,
      })
      working ??= work()
    })
  }

  return {
    write,
    async close() {
      closed = true
      await working
    },
  }
}
