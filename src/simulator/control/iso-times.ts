/** An object as the control API shows it: microseconds as ISO times, wherever a name says that it is a time. */
export function withIsoTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withIsoTimes)
  if (value instanceof Map) return [...value.values()].map(withIsoTimes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      isTime(key, member) ? iso(Number(member)) : withIsoTimes(member),
    ]),
  )
}

function isTime(key: string, member: unknown): boolean {
  return typeof member === 'number' && /(^at|_at|_until)$/.test(key)
}

function iso(micros: number): string {
  return new Date(micros / 1000).toISOString()
}
