import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a folder that only this user may enter, and those above it that are missing. One that is there stays as it is. */
export function makeFolder(path: string): void {
  // Node's own recursive form never ends where the system refuses a folder whose parent is there, as in /proc.
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}
