import type { Ids } from '../lib/ids.ts'
import type { Tx } from './db.ts'
import type { Connection } from './sqlite.ts'

/** What must commit together: a name, and a function of plain data that may use nothing but the transaction. */
export type Command<In, Out> = { name: string; run(tx: Tx, input: In): Promise<Out> }

export function defineCommand<In, Out>(name: string, run: (tx: Tx, input: In) => Promise<Out>): Command<In, Out> {
  return { name, run }
}

/** Resolves when what the command wrote is on the disk; rejects when the command failed or could not be committed. */
export type Write = <In, Out>(command: Command<In, Out>, input: In) => Promise<Out>

export type Writer = { write: Write; close(): Promise<void> }

type Job = { run(): Promise<void>; answer(): void; fail(error: unknown): void }

/** How many commands share a transaction at most, so that none waits for a crowd. */
const BATCH = 256

/**
 * Group commit: commands asked for while one transaction runs share the next one and its single sync. Only the writer
 * owns the connection, so nothing can slip between two statements of a command, and each command runs under a
 * savepoint: one that fails, fails alone.
 */
export function createWriter(connection: Connection, ids: Ids): Writer {
  const tx: Tx = { query: connection.query, execute: connection.execute, ids, write: true }
  const waiting: Job[] = []
  let working: Promise<void> | null = null
  let closed = false

  async function commitBatch(batch: Job[]): Promise<void> {
    try {
      connection.run('begin immediate')
      for (const job of batch) await job.run()
      connection.run('commit')
    } catch (error) {
      // SQLite ends the transaction by itself on some failures (disk full, I/O error); then there is nothing to undo.
      try {
        connection.run('rollback')
      } catch {}
      for (const job of batch) job.fail(error)
      return
    }
    for (const job of batch) job.answer()
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
      let answer: () => void = () => {}
      waiting.push({
        async run() {
          connection.run('savepoint command')
          try {
            const out = await command.run(tx, input)
            answer = () => resolve(out)
          } catch (error) {
            connection.run('rollback to command')
            answer = () => reject(error)
          }
          connection.run('release command')
        },
        answer: () => answer(),
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
