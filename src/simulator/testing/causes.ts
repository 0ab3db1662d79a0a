import { expect } from 'vitest'
import { sealed } from '../snapshot.ts'
import type { TemplateSeed } from '../world.ts'
import { ACCOUNT, type Answer, CUSTOMER, NUMBER, type TestSimulator, TOKEN } from './test-simulator.ts'

// What tables of causes and effects are made of: a cause is a call, perhaps with something done before it.

type Json = Record<string, unknown>
export type Cause = (simulator: TestSimulator) => Promise<Answer>

export const seed = (name: string, text: string, more: Partial<TemplateSeed> = {}): TemplateSeed => ({
  name,
  language: 'en_US',
  category: 'UTILITY',
  components: [{ type: 'BODY', text }],
  ...more,
})

export const text = (body: unknown, more: Json = {}): Json => ({ type: 'text', text: { body }, ...more })

/** A message by template, with these parameters of its body. */
export const template = (name: string, ...parameters: unknown[]): Json => ({
  type: 'template',
  template: {
    name,
    language: { code: 'en_US' },
    ...(parameters.length > 0 && { components: [{ type: 'body', parameters }] }),
  },
})

export const value = (said: string): Json => ({ type: 'text', text: said })

export function interactive(type: string, action: Json, more: Json = { body: { text: 'Choose' } }): Json {
  return { type: 'interactive', interactive: { type, action, ...more } }
}

export const send =
  (message: Json): Cause =>
  (simulator) =>
    simulator.send(message)

export const call =
  (method: string, path: string, body?: unknown, headers?: Record<string, string>): Cause =>
  (simulator) =>
    simulator.graph(method, path, body, headers)

/** Something is changed by the control API first. */
export const after =
  (method: string, path: string, body: Json, cause: Cause): Cause =>
  async (simulator) => {
    expect((await simulator.control(method, path, body)).status).toBeLessThan(300)
    return cause(simulator)
  }

export const account = (change: Json, cause: Cause = send(text('Hi'))): Cause =>
  after('PATCH', `/accounts/${ACCOUNT}`, change, cause)

export const number = (change: Json, cause: Cause = send(text('Hi'))): Cause =>
  after('PATCH', `/phone_numbers/${NUMBER}`, change, cause)

export const customer = (change: Json, cause: Cause = send(text('Hi'))): Cause =>
  after('PATCH', `/customers/${CUSTOMER}`, change, cause)

export const settings = (change: Json, cause: Cause): Cause => after('PATCH', '/settings', change, cause)

export const token = (change: Json, cause: Cause = send(text('Hi'))): Cause =>
  after('PATCH', '/tokens', { token: TOKEN, ...change }, cause)

/** The parts of an exported state. */
export type Stored = Record<string, { $map: [string, Json][] }>

/** The state is exported, changed by hand and read in again, for what has no route of its own. */
export const state =
  (change: (stored: Stored) => void, cause: Cause): Cause =>
  async (simulator) => {
    const { body } = await simulator.control('GET', '/state')
    change(body.state)
    return after('PUT', '/state', sealed(body), cause)(simulator)
  }

/** Time passes first; the webhooks on the way have been answered then. */
export const passing = (ms: number, cause: Cause): Cause => after('POST', '/clock/advance', { ms }, cause)

/** The customer has written before. */
export const said =
  (cause: Cause): Cause =>
  async (simulator) => {
    await simulator.customerSays('Hello')
    return cause(simulator)
  }

/** The same so many times, and what the last one gets; the others are accepted. */
export const times =
  (count: number, cause: Cause): Cause =>
  async (simulator) => {
    for (let done = 1; done < count; done += 1) expect((await cause(simulator)).status).toBe(200)
    return cause(simulator)
  }

/** The statuses of a message, once `ms` have passed and everything in them has been told. */
export async function statusesAfter(
  simulator: TestSimulator,
  { body }: Answer,
  ms = 86_400_000,
): Promise<ReturnType<TestSimulator['receiver']['values']>> {
  await simulator.control('POST', '/clock/advance', { ms })
  return simulator.receiver.values('statuses').filter(({ id }) => id === body.messages[0].id)
}
