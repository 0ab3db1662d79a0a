/** The object that these bytes are the JSON of; undefined for anything else. */
export function jsonObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Those elements of a list that are objects; none when it is no list. */
export const objects = (values: unknown) => (Array.isArray(values) ? values.filter(isObject) : [])
