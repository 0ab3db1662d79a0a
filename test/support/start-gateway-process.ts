import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

type Started = { child: ChildProcess; url: string; key: string; states(): Promise<Record<string, number>> }

/** A gateway in a process of its own, so that it can be killed. `minutes`: how far its clock is ahead. */
export async function startGatewayProcess(graphUrl: string, dataDir: string, { minutes = 0 } = {}): Promise<Started> {
  const child = fork(join(import.meta.dirname, 'gateway-process.ts'), [graphUrl, dataDir, String(minutes)])
  const [{ url, key }] = await once(child, 'message')
  return {
    child,
    url,
    key,
    async states() {
      child.send('states')
      const [states] = await once(child, 'message')
      return states
    },
  }
}
