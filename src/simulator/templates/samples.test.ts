import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ACCOUNT, startTestSimulator } from '../testing/test-simulator.ts'

const SAMPLES = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'samples')
type Sample = { file: string; negative?: boolean; placeholders: boolean }

/**
 * Published bodies that are slips of the documentation, by the end of their names: a header without a format, and a time
 * to live that the same page forbids.
 */
const SLIPS = ['033-doc-user-call-permissions.json', '056-doc-time-to-live.json']

function samples(): Sample[] {
  // A file without tests fails: one to skip.
  if (!existsSync(SAMPLES)) return [{ file: 'none here', placeholders: false }]
  const all: Sample[] = JSON.parse(readFileSync(join(SAMPLES, 'index.json'), 'utf8'))
  return all.filter(
    ({ file, placeholders, negative }) =>
      file.startsWith('templates-create/') && !placeholders && !negative && !SLIPS.some((slip) => file.endsWith(slip)),
  )
}

test.skipIf(!existsSync(SAMPLES)).each(samples())('a template that Meta publishes: $file', async ({ file }) => {
  await using simulator = await startTestSimulator()
  const body = JSON.parse(readFileSync(join(SAMPLES, file), 'utf8'))
  // Names and languages stand for the reader's own; authentication templates may be for several languages at once.
  const edge = body.languages ? 'upsert_message_templates' : 'message_templates'
  if (!/^[a-z0-9_]+$/.test(body.name)) body.name = 'a_name'
  if (!body.languages && !/^[a-z]{2}/.test(body.language)) body.language = 'en_US'
  if (!/^(utility|marketing|authentication)$/i.test(body.category)) body.category = 'UTILITY'
  const answer = await simulator.graph('POST', `/${ACCOUNT}/${edge}`, body)
  expect([answer.status, answer.body.error]).toEqual([200, undefined])
})
