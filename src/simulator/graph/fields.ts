import { badParam } from '../graph-error.ts'

/** A Graph node as its `fields` read it; values are computed only when asked for. */
export type Node = {
  type: string
  fields: Record<string, () => unknown>
  /** What comes without `fields`; `id` always does. */
  byDefault: readonly string[]
}

/** The node with the fields asked for. Fields without a value are left out, as Meta does. `asked`: the `fields` parameter. */
export function selectFields(node: Node, asked: string | null): Record<string, unknown> {
  const names = asked === null || asked.trim() === '' ? node.byDefault : fieldNames(asked)
  const selected: Record<string, unknown> = {}
  for (const name of new Set([...names, 'id'])) {
    const read = Object.hasOwn(node.fields, name) ? node.fields[name] : undefined
    if (!read) throw badParam(`Tried accessing nonexisting field (${name}) on node type (${node.type})`)
    const value = read()
    if (value !== undefined) selected[name] = value
  }
  return selected
}

/** `a,b{c,d},e.limit(2)` → a, b, e: what is inside of a field is not read further. */
function fieldNames(asked: string): string[] {
  const names: string[] = []
  let depth = 0
  let name = ''
  for (const character of `${asked},`) {
    if (character === ',' && depth <= 0) {
      const bare = (name.split(/[.{(]/)[0] ?? '').trim()
      if (bare) names.push(bare)
      name = ''
      continue
    }
    if (character === '{' || character === '(') depth += 1
    if (character === '}' || character === ')') depth -= 1
    name += character
  }
  return names
}
