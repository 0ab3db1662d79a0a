import { afterAll, beforeAll, expect, test } from 'vitest'
import { exampleTemplates, messageExamples } from '../testing/message-examples.ts'
import { messageCases } from '../testing/message-limits/index.ts'
import { startTestSimulator, type TestSimulator } from '../testing/test-simulator.ts'
import { messageTypes } from './index.ts'
import { interactiveKinds } from './interactive/index.ts'

let simulator: TestSimulator
beforeAll(async () => {
  simulator = await startTestSimulator({
    templates: exampleTemplates,
    callback: false,
    // Hundreds of messages go to one customer here.
    settings: { limits: { pair: null, throughput: null } },
  })
})
afterAll(() => simulator[Symbol.asyncDispose]())

test('every type and every kind has an example', () => {
  const known = [...messageTypes.filter(({ type }) => type !== 'interactive'), ...interactiveKinds]
  expect(Object.keys(messageExamples)).toEqual(expect.arrayContaining(known.map(({ type }) => type)))
})

test.each(messageCases.map(({ about, code, message }) => [about, code, message] as const))(
  '%s: %i',
  async (_about, code, message) => {
    const { status, body } = await simulator.send(message)
    // Here is no group to pin in, so a pin in order is refused for that.
    const inOrder = status === 200 || (message.type === 'pin' && body.error.code === 131051)
    expect(inOrder ? 200 : body.error.code).toBe(code)
  },
)
