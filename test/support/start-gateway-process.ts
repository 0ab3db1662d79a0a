import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type GatewayProcess = {
  child: ChildProcess
  url: string
  key: string
  adminKey: string
  /** How many sends are in which state. */
  states(): Promise<Record<string, number>>
  /** How many webhooks are in which state, once all have been looked at. */
  webhooks(): Promise<Record<string, number>>
  /** Bytes after a collection: what JavaScript holds, and what the process has of the machine. */
  memory(): Promise<{ held: number; rss: number }>
}

/**
 * A gateway in a process of its own, so that it can be killed or watched. `minutes`: how far its clock is ahead.
 * `under`: a program with its arguments that runs it, such as a tracer. `env`: what differs from our own environment.
 */
export async function startGatewayProcess(
  graphUrl: string,
  dataDir: string,
  { minutes = 0, under = [], env = {} }: { minutes?: number; under?: string[]; env?: NodeJS.ProcessEnv } = {},
): Promise<GatewayProcess> {
  const [execPath = process.execPath, ...before] = [...under, process.execPath]
  const script = join(import.meta.dirname, 'gateway-process.ts')
  const child = fork(script, [graphUrl, dataDir, String(minutes)], {
    execPath,
    execArgv: before,
    env: { ...process.env, ...env },
  })
  const [{ url, key, adminKey }] = await once(child, 'message')
  const ask = async (question: 'states' | 'webhooks' | 'memory') => {
    child.send(question)
    const [answer] = await once(child, 'message')
    return answer
  }
  return {
    child,
    url,
    key,
    adminKey,
    states: () => ask('states'),
    webhooks: () => ask('webhooks'),
    memory: () => ask('memory'),
  }
}
