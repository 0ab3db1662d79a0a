import { grantToken } from './app/access-token.ts'
import { debugToken } from './app/debug-token.ts'
import { readMe } from './app/me.ts'
import type { GraphCall, OpenCall } from './call.ts'

/** Paths that begin with no id. */
const ROOT: Record<string, (call: GraphCall) => unknown> = {
  'GET /debug_token': debugToken,
  'GET /me': readMe,
}

/** What answers at a path without an id; undefined when nothing does. */
export function rootEdge(method: string, path: string): ((call: GraphCall) => unknown) | undefined {
  const key = `${method} ${path}`
  return Object.hasOwn(ROOT, key) ? ROOT[key] : undefined
}

/** Paths that lead to a token, and so ask for none. */
const OPEN: Record<string, (call: OpenCall) => unknown> = {
  'GET /oauth/access_token': grantToken,
  'POST /oauth/access_token': grantToken,
}

/** What answers at a path without a token; undefined when nothing does. */
export function openEdge(method: string, path: string): ((call: OpenCall) => unknown) | undefined {
  const key = `${method} ${path}`
  return Object.hasOwn(OPEN, key) ? OPEN[key] : undefined
}
