import { badParam } from '../../graph-error.ts'
import { seconds } from '../../simulation.ts'
import type { Account, Message, State } from '../../state.ts'

const HALF_HOUR = 1800
const DAY_SECONDS = 86_400

/** A stretch of time and how it is cut, in unix seconds. */
export type TimeRange = { start: number; end: number; granularity: string }

/** What analytics are asked for. `given`: the arguments as texts. Throws 100 for what is no time. */
export function readRange(given: (name: string) => string | undefined, granularities: readonly string[]): TimeRange {
  const [start, end] = [timeOf('start', given('start')), timeOf('end', given('end'))]
  if (start >= end) throw badParam('Param start must be before end.')
  const granularity = (given('granularity') ?? '').toUpperCase()
  if (granularity === '') throw badParam('The parameter granularity is required.')
  if (!granularities.includes(granularity)) {
    throw badParam(`Param granularity must be one of {${granularities.join(', ')}} - got "${granularity}".`)
  }
  return { start, end, granularity }
}

function timeOf(name: string, text: string | undefined): number {
  if (text === undefined || text === '') throw badParam(`The parameter ${name} is required.`)
  if (!/^\d{1,11}$/.test(text)) throw badParam(`Param ${name} must be a unix timestamp.`)
  return Number(text)
}

/** The piece of the range a time falls into. */
export function pieceOf(time: number, { granularity }: TimeRange): { start: number; end: number } {
  if (granularity.startsWith('MONTH')) {
    const date = new Date(time * 1000)
    const month = (ahead: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead) / 1000
    return { start: month(0), end: month(1) }
  }
  const length = granularity === 'HALF_HOUR' ? HALF_HOUR : DAY_SECONDS
  const start = Math.floor(time / length) * length
  return { start, end: start + length }
}

/** What the account's numbers sent in this time, oldest first. */
export function sentIn(state: State, account: Account, { start, end }: TimeRange): Message[] {
  return [...state.messages.values()].filter((message) => {
    const at = seconds(message.at)
    const inTime = message.direction === 'received' && at >= start && at < end
    return inTime && state.numbers.get(message.phone_number_id)?.account_id === account.id
  })
}

const DELIVERED = ['delivered', 'read', 'played']

/** How far messages came: each stage counts those beyond it as well. */
export function countsOf(messages: Message[]) {
  return {
    sent: messages.filter(({ status }) => status === 'sent' || DELIVERED.includes(status)).length,
    delivered: messages.filter(({ status }) => DELIVERED.includes(status)).length,
    read: messages.filter(({ status }) => status === 'read' || status === 'played').length,
  }
}

/** Messages by what they have in common. */
export function groupBy<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return [...groups.values()]
}
