import { isObject, jsonObject } from '../lib/json-object.ts'

/** The code of the error that Meta answered with; null when these bytes are no error of Meta's. */
export function graphErrorCode(body: Buffer): number | null {
  const error = jsonObject(body)?.error
  return isObject(error) && typeof error.code === 'number' ? error.code : null
}
