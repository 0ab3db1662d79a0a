import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GraphError } from '../graph-error.ts'
import { isRecord, Param } from '../param.ts'
import { messageTypes } from './index.ts'

const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'samples')
type Sample = { file: string; negative?: boolean; partial?: boolean; placeholders: boolean; note?: string }

/** Published bodies that are slips of the documentation, by the end of their names. */
const SLIPS = ['111-doc-payment-links.json']

function samples(): Sample[] {
  // A file without tests fails: one to skip.
  if (!existsSync(SAMPLES)) return [{ file: 'none here', placeholders: false }]
  const all: Sample[] = JSON.parse(readFileSync(join(SAMPLES, 'index.json'), 'utf8'))
  return all.filter(
    ({ file, partial, placeholders }) =>
      file.startsWith('sends/') && !partial && !placeholders && !SLIPS.some((slip) => file.endsWith(slip)),
  )
}

/** The code the payload is refused with, or null. A read receipt is no message and has no payload. */
function refusal(body: unknown): unknown {
  const frame = new Param(body, '')
  if (frame.at('status').given) return null
  const name = frame.at('type').given ? frame.at('type').value : 'text'
  const type = messageTypes.find((one) => one.type === name)
  try {
    type?.check(frame.at(type.type), { media: [], links: [], expirations: [] })
    return type ? null : 'unknown type'
  } catch (error) {
    if (error instanceof GraphError) return error.error
    throw error
  }
}

test.skipIf(!existsSync(SAMPLES)).each(samples())('what Meta publishes: $file', ({ file, negative }) => {
  const body: unknown = JSON.parse(readFileSync(join(SAMPLES, file), 'utf8'))
  expect(isRecord(body)).toBe(true)
  if (negative) expect(refusal(body)).not.toBe(null)
  else expect(refusal(body)).toBe(null)
})
