import { badParam, messagingError } from '../graph-error.ts'
import type { GraphCall } from './call.ts'

const DEFAULT_LIMIT = 25
// Ours: Meta's own ceiling differs by edge and is not published.
const LARGEST_LIMIT = 1000

/** One page of a list, with Graph's cursors. A cursor holds the id of the item it stands at. */
export function pageOf<T extends { id: string }>(call: GraphCall, items: T[], write: (item: T) => unknown) {
  const limit = readLimit(call.query.get('limit'))
  const after = call.query.get('after')
  const before = call.query.get('before')
  const start = after ? position(items, after) + 1 : before ? Math.max(0, position(items, before) - limit) : 0
  const end = !after && before ? position(items, before) : Math.min(items.length, start + limit)
  const page = items.slice(start, end)
  const first = page[0]
  const last = page.at(-1)
  if (!first || !last) return { data: [] }
  const cursors = { before: cursorOf(first.id), after: cursorOf(last.id) }
  const paging: Record<string, unknown> = { cursors }
  if (end < items.length) paging.next = linkWith(call, { after: cursors.after })
  if (start > 0) paging.previous = linkWith(call, { before: cursors.before })
  return { data: page.map(write), paging }
}

function readLimit(text: string | null): number {
  if (text === null || text === '') return DEFAULT_LIMIT
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw badParam('Param limit must be a positive integer.')
  return Math.min(Number(text), LARGEST_LIMIT)
}

function cursorOf(id: string): string {
  return Buffer.from(id).toString('base64url')
}

function position(items: { id: string }[], cursor: string): number {
  const index = items.findIndex((item) => cursorOf(item.id) === cursor)
  if (index === -1) throw messagingError(131059, 'The cursor is not valid. Start from the first page again.')
  return index
}

function linkWith(call: GraphCall, change: Record<string, string>): string {
  const url = new URL(call.request.url, call.simulation.url())
  url.searchParams.delete('after')
  url.searchParams.delete('before')
  for (const [key, value] of Object.entries(change)) url.searchParams.set(key, value)
  return url.href
}
