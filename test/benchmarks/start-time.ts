import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'
import { median } from './subject.ts'

/** Seconds from the start of the process, with an empty store, to the first 200 of /health/ready: the middle of some. */
export async function startTime(times: number): Promise<number> {
  const seconds: number[] = []
  for (let count = 0; count < times; count += 1) seconds.push(await startOnce())
  return median(seconds)
}

async function startOnce(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'))
  const port = String(await freePort())
  const started = performance.now()
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/fairlead.mjs'), 'serve'], {
    env: { PATH: process.env.PATH, FAIRLEAD_PORT: port, FAIRLEAD_DATA_DIR: folder, FAIRLEAD_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  while (!(await isReady(`http://127.0.0.1:${port}/health/ready`))) {
    if (child.exitCode !== null) throw new Error('the gateway ended before it was ready')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const seconds = (performance.now() - started) / 1000
  child.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
  return seconds
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).status === 200
  } catch {
    return false
  }
}
