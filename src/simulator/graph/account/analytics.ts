import { countryOf } from '../../country.ts'
import { badParam } from '../../graph-error.ts'
import { seconds } from '../../simulation.ts'
import { type Account, type Message, numberOf, type State } from '../../state.ts'
import { countsOf, groupBy, pieceOf, readRange, sentIn, type TimeRange } from './time-range.ts'

type Arguments = (name: string) => string | undefined

const PRICING_DIMENSIONS = ['PRICING_CATEGORY', 'PRICING_TYPE', 'COUNTRY', 'PHONE', 'TIER']
const CONVERSATION_DIMENSIONS = [
  'CONVERSATION_CATEGORY',
  'CONVERSATION_TYPE',
  'COUNTRY',
  'PHONE',
  'CONVERSATION_DIRECTION',
]
const GRANULARITIES = ['HALF_HOUR', 'DAILY', 'MONTHLY']

/** GET /{waba_id}?fields=analytics.start().end().granularity(), and its like. `asked`: the `fields` parameter. */
export function analyticsFields(state: State, account: Account, asked: string | null): Record<string, () => unknown> {
  return {
    analytics: () => analytics(state, account, argumentsOf(asked, 'analytics')),
    conversation_analytics: () => conversationAnalytics(argumentsOf(asked, 'conversation_analytics')),
    pricing_analytics: () => pricingAnalytics(state, account, argumentsOf(asked, 'pricing_analytics')),
  }
}

/** `name.start(1).end(2)` → the text between the brackets of an argument. */
function argumentsOf(asked: string | null, field: string): Arguments {
  const chain = new RegExp(`(?:^|,)\\s*${field}((?:\\s*\\.\\s*\\w+\\([^)]*\\))*)`).exec(asked ?? '')?.[1] ?? ''
  const given = new Map([...chain.matchAll(/\.\s*(\w+)\(([^)]*)\)/g)].map(([, name = '', text = '']) => [name, text]))
  return (name) => given.get(name)?.trim()
}

function listOf(text: string | undefined): string[] {
  return text?.match(/[\w+]+/g) ?? []
}

function analytics(state: State, account: Account, given: Arguments): unknown {
  const range = readRange(given, ['HALF_HOUR', 'DAY', 'MONTH'])
  const phone_numbers = listOf(given('phone_numbers')).map((number) => number.replace(/\D/g, ''))
  const country_codes = listOf(given('country_codes'))
  const wanted = sentIn(state, account, range).filter(
    ({ phone_number_id, wa_id }) =>
      (phone_numbers.length === 0 || phone_numbers.includes(numberOf(state, phone_number_id).digits)) &&
      (country_codes.length === 0 || country_codes.includes(countryOf(wa_id))),
  )
  const data_points = inPieces(wanted, range, (message) => `${pieceStart(message, range)}`).map((messages) => {
    const { sent, delivered } = countsOf(messages)
    return { ...pieceAt(messages, range), sent, delivered }
  })
  return { phone_numbers, country_codes, granularity: range.granularity, data_points }
}

// Meta rule: messages have been priced one by one since July 2025, and since then no conversation is counted.
function conversationAnalytics(given: Arguments): unknown {
  readRange(given, GRANULARITIES)
  dimensionsOf(given, CONVERSATION_DIMENSIONS)
  return { data: [{ data_points: [] }] }
}

function pricingAnalytics(state: State, account: Account, given: Arguments): unknown {
  const range = readRange(given, GRANULARITIES)
  const dimensions = dimensionsOf(given, PRICING_DIMENSIONS)
  const priced = sentIn(state, account, range).filter(({ pricing }) => pricing !== undefined)
  const dimensionsAt = (message: Message) => pick(state, message, dimensions)
  const keyOf = (message: Message) => `${pieceStart(message, range)} ${JSON.stringify(dimensionsAt(message))}`
  const data_points = inPieces(priced, range, keyOf).flatMap((messages) => {
    const { delivered } = countsOf(messages)
    const [first] = messages
    if (!first || delivered === 0) return []
    // Ours: nothing costs anything here.
    return [{ ...pieceAt(messages, range), ...dimensionsAt(first), volume: delivered, cost: 0 }]
  })
  return { data: [{ data_points }] }
}

function dimensionsOf(given: Arguments, known: readonly string[]): string[] {
  const dimensions = listOf(given('dimensions')).map((dimension) => dimension.toUpperCase())
  const unknown = dimensions.find((dimension) => !known.includes(dimension))
  if (unknown) throw badParam(`Param dimensions must be one of {${known.join(', ')}} - got "${unknown}".`)
  return dimensions
}

function pick(state: State, { pricing = {}, phone_number_id, wa_id }: Message, dimensions: string[]) {
  const values: Record<string, string> = {
    PRICING_CATEGORY: String(pricing.category).toUpperCase(),
    PRICING_TYPE: String(pricing.type).toUpperCase(),
    COUNTRY: countryOf(wa_id),
    PHONE: numberOf(state, phone_number_id).digits,
  }
  const given = dimensions.filter((dimension) => values[dimension] !== undefined)
  const names = given.map((dimension) => [dimension === 'PHONE' ? 'phone_number' : dimension.toLowerCase(), dimension])
  return Object.fromEntries(names.map(([name = '', dimension = '']) => [name, values[dimension]]))
}

function inPieces(messages: Message[], range: TimeRange, keyOf: (message: Message) => string): Message[][] {
  return groupBy(messages, keyOf).sort((a, b) => pieceAt(a, range).start - pieceAt(b, range).start)
}

function pieceStart({ at }: Message, range: TimeRange): number {
  return pieceOf(seconds(at), range).start
}

function pieceAt([first]: Message[], range: TimeRange): { start: number; end: number } {
  return pieceOf(seconds(first?.at ?? 0), range)
}
