import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Usage } from './subjects/report.ts'

/** A process that is measured. `key`: the API key it wants, empty for none. */
export type Subject = {
  name: string
  url: string
  key: string
  /** What it has used so far, in CPU time and memory. */
  usage(): Promise<Usage>
  stop(): Promise<void>
}

/** Starts the subject of this name with these arguments, and waits until it listens. `root`: another checkout's benchmarks. */
export async function startSubject(
  name: string,
  argument: string[] = [],
  { env = {}, root = import.meta.dirname }: { env?: Record<string, string>; root?: string } = {},
): Promise<Subject> {
  const child = fork(join(root, 'subjects', `${name}.ts`), argument, { env: { ...process.env, ...env } })
  const failed = once(child, 'exit').then(() => {
    throw new Error(`the subject ${name} ended before it listened`)
  })
  let key = ''
  for (;;) {
    const [message] = await Promise.race([once(child, 'message'), failed])
    if (message.key) key = message.key
    if (!message.url) continue
    failed.catch(() => {})
    return { name, url: message.url, key, usage: () => ask(child), stop: () => stop(child) }
  }
}

async function ask(child: ChildProcess): Promise<Usage> {
  child.send('usage')
  const [message] = await once(child, 'message')
  return message
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

/** CPU time between two looks. µs. */
export function cpuBetween(before: Pick<Usage, 'user' | 'system'>, after: Pick<Usage, 'user' | 'system'>): number {
  return after.user + after.system - before.user - before.system
}

/** The middle one of some figures. */
export function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN
}
