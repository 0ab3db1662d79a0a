import type { GraphCall } from './call.ts'

/** Paths that begin with no id. */
const ROOT: Record<string, (call: GraphCall) => unknown> = {}

/** What answers at a path without an id; undefined when nothing does. */
export function rootEdge(method: string, path: string): ((call: GraphCall) => unknown) | undefined {
  const key = `${method} ${path}`
  return Object.hasOwn(ROOT, key) ? ROOT[key] : undefined
}
