import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Usage } from './subjects/report.ts'

/** A process that is measured. `key`: the API key it wants, empty for none. */
export type Subject = { name: string; url: string; key: string; child: ChildProcess }

/** Starts the subject of this name with these arguments, and waits until it listens. */
export async function startSubject(name: string, ...argument: string[]): Promise<Subject> {
  const child = fork(join(import.meta.dirname, 'subjects', `${name}.ts`), argument)
  let key = ''
  for (;;) {
    const [message] = await once(child, 'message')
    if (message.key) key = message.key
    if (message.url) return { name, url: message.url, key, child }
  }
}

export async function usageOf({ child }: Subject): Promise<Usage> {
  child.send('usage')
  const [message] = await once(child, 'message')
  return message
}

/** The middle one of some figures. */
export function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN
}
