import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

test('a parser’s error is logged by kind and place, not by what it was given', () => {
  let line = ''
  const sink = new Writable({
    write(chunk, _encoding, done) {
      line += chunk
      done()
    },
  })
  const log = createLog('info', sink)
  try {
    JSON.parse('canary text')
  } catch (error) {
    log.error({ err: error }, 'a request failed')
  }
  log.error({ err: new Error('disk\nfull \u001b[31m') }, 'a write failed')
  expect(line).not.toContain('canary')
  const [first, second] = line
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))
  expect(first).toMatchObject({ err: { type: 'SyntaxError', at: expect.any(Array) }, msg: 'a request failed' })
  expect(second.err.message).toBe('disk\nfull \u001b[31m')
  expect(line).not.toContain('\u001b')
})
