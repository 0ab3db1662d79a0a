import type { Ids } from '../lib/ids.ts'
import type { Db, Tx } from './db.ts'

/**
 * What must commit together: a name, and a function of plain data that may use nothing but the transaction, so that it
 * may be run again when a batch has failed.
 */
export type Command<In, Out> = {
  name: string
  run(tx: Tx, input: In): Promise<Out>
  /**
   * What `run` does to each input in turn, with one statement where `run` has one for each input; results in the order
   * of the inputs. Used where statements are dear, for equal commands of one transaction: commands that have this form
   * may pass one another, and no others. What is out of the ordinary may throw: then each is run alone.
   */
  batch?(tx: Tx, inputs: In[]): Promise<Out[]>
}

export function defineCommand<In, Out>(
  name: string,
  run: (tx: Tx, input: In) => Promise<Out>,
  { batch }: { batch?: (tx: Tx, inputs: In[]) => Promise<Out[]> } = {},
): Command<In, Out> {
  return { name, run, ...(batch && { batch }) }
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
  /** Rejects when the database has ended the transaction by itself. */
  rollback(): Promise<void>
  /** Whether a command failed because of what another process was writing, so that it may succeed when run again. */
  collided(error: unknown): boolean
  /** Whether each statement is a way to a server and back, so that one for many inputs is much cheaper. */
  remote: boolean
}

/** A command that was asked for, and who waits for it. */
type Job = {
  command: Command<unknown, unknown>
  input: unknown
  resolve(out: unknown): void
  reject(error: unknown): void
  tries: number
}

/** What each gave or threw. */
type Outcomes = Map<Job, { out: unknown } | { error: unknown }>

/** How many commands share a transaction at most, so that none waits for a crowd. */
const BATCH = 256

/** How often a command is run that collides with other processes. */
const TRIES = 6

/**
 * Group commit: commands asked for while one transaction runs share the next one and its single sync. Only the writer
 * owns the connection, so nothing can slip between two statements of a command. When a command fails, its batch is
 * taken back and run again, each command under a savepoint: one that fails, fails alone. `committed` hears of every
 * commit.
 */
export function createWriter(connection: WriteConnection, ids: Ids, committed?: (commands: number) => void): Writer {
  const tx: Tx = { query: connection.query, execute: connection.execute, ids, write: true }
  let waiting: Job[] = []
  let working: Promise<void> | null = null
  let closed = false

  /** Null when a command failed; then nothing has happened. */
  async function runTogether(batch: Job[]): Promise<Outcomes | null> {
    const outcomes: Outcomes = new Map()
    await connection.begin()
    try {
      for (const jobs of connection.remote ? groupsIn(batch) : [batch]) await runAll(jobs, outcomes)
    } catch (error) {
      // Some failures (disk full, connection lost) end the transaction, and are everybody's.
      await connection.rollback().catch(() => Promise.reject(error))
      return batch.length === 1 ? new Map(batch.map((job) => [job, { error }])) : null
    }
    await connection.commit()
    return outcomes
  }

  async function runAll(jobs: Job[], outcomes: Outcomes): Promise<void> {
    const batch = connection.remote && jobs.length > 1 && jobs[0]?.command.batch
    if (batch) {
      const inputs = jobs.map(({ input }) => input)
      const outs = await batch(tx, inputs)
      if (outs.length !== jobs.length) throw new Error('a batch gave another number of results than it had inputs')
      for (const [place, job] of jobs.entries()) outcomes.set(job, { out: outs[place] })
      return
    }
    for (const job of jobs) outcomes.set(job, { out: await job.command.run(tx, job.input) })
  }

  async function runEachAlone(batch: Job[]): Promise<Outcomes> {
    const outcomes: Outcomes = new Map()
    await connection.begin()
    for (const job of batch) {
      await connection.mark()
      try {
        outcomes.set(job, { out: await job.command.run(tx, job.input) })
      } catch (error) {
        await connection.undo()
        outcomes.set(job, { error })
        continue
      }
      await connection.keep()
    }
    await connection.commit()
    return outcomes
  }

  async function commitBatch(batch: Job[]): Promise<void> {
    let outcomes: Outcomes
    try {
      outcomes = (await runTogether(batch)) ?? (await runEachAlone(batch))
    } catch (error) {
      // Whether there still is a transaction to take back depends on what has failed.
      await connection.rollback().catch(() => {})
      for (const job of batch) job.reject(error)
      return
    }
    committed?.(batch.length)
    const again: Job[] = []
    for (const [job, outcome] of outcomes) {
      if ('out' in outcome) job.resolve(outcome.out)
      else if (job.tries + 1 < TRIES && connection.collided(outcome.error)) again.push({ ...job, tries: job.tries + 1 })
      else job.reject(outcome.error)
    }
    if (again.length > 0) waiting.unshift(...again)
  }

  async function work(): Promise<void> {
    // One turn of the event loop gathers what arrived together.
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting.length <= BATCH ? waiting : waiting.slice(0, BATCH)
      waiting = waiting.slice(batch.length)
      await commitBatch(batch)
    }
    working = null
  }

  function write<In, Out>(command: Command<In, Out>, input: In): Promise<Out> {
    if (closed) return Promise.reject(new Error('The store is closed.'))
    return new Promise<Out>((resolve, reject) => {
      waiting.push({ command, input, resolve, reject, tries: 0 })
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

/** Equal commands that can be run as one, in the place of the first of them; every other command by itself. */
function groupsIn(jobs: Job[]): Job[][] {
  const groups: Job[][] = []
  const open = new Map<Job['command'], Job[]>()
  for (const job of jobs) {
    const group = open.get(job.command)
    if (group) {
      group.push(job)
      continue
    }
    const started = [job]
    groups.push(started)
    if (job.command.batch) open.set(job.command, started)
    // Nothing passes a command that knows nothing of being passed.
    else open.clear()
  }
  return groups
}
