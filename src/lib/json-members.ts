/** Where a member stands in the text of a JSON object; offsets in bytes, ends exclusive. */
export type JsonMember = { key: string; start: number; valueStart: number; valueEnd: number }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * The members of the outermost object, in their order, repeats included. `bytes` must be the UTF-8 text of an object
 * that `JSON.parse` has accepted: this only finds the places.
 */
export function jsonMembers(bytes: Buffer): JsonMember[] {
  const members: JsonMember[] = []
  let at = skipSpace(bytes, 0) + 1
  for (;;) {
    at = skipSpace(bytes, at)
    if (at >= bytes.length || bytes[at] === CLOSE_BRACE) return members
    if (bytes[at] === COMMA) {
      at += 1
      continue
    }
    const start = at
    const keyEnd = skipString(bytes, at)
    const key: string = JSON.parse(bytes.toString('utf8', start, keyEnd))
    at = skipSpace(bytes, keyEnd)
    if (bytes[at] !== COLON) throw new Error('not the text of a JSON object')
    const valueStart = skipSpace(bytes, at + 1)
    at = skipValue(bytes, valueStart)
    members.push({ key, start, valueStart, valueEnd: at })
  }
}

function skipSpace(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && (bytes[at] ?? 0) <= 0x20) at += 1
  // A byte order mark is not JSON; JSON.parse has refused it before.
  return at
}

/** The place behind a string that starts at `from`. */
function skipString(bytes: Buffer, from: number): number {
  let at = from + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at + 1
}

function skipValue(bytes: Buffer, from: number): number {
  const first = bytes[from]
  if (first === QUOTE) return skipString(bytes, from)
  let at = from
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) {
    while (at < bytes.length && !endsPlainValue(bytes[at])) at += 1
    return at
  }
  let depth = 0
  while (at < bytes.length) {
    const byte = bytes[at]
    if (byte === QUOTE) {
      at = skipString(bytes, at)
      continue
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return at
}

const endsPlainValue = (byte: number | undefined) =>
  byte === undefined || byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET
