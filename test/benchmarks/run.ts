import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { load, pacedLoad } from './load.ts'
import { type Comparison, comparisons, type Measure, type SubjectName } from './marks.ts'
import { lookAtMemory } from './memory.ts'
import { sendsOf } from './sends.ts'
import { startTime } from './start-time.ts'
import { cpuBetween, median, type Subject } from './subject.ts'
import { startField } from './subjects.ts'

/**
 * Durable sends beside others that store nothing: figures of one run beside each other, medians over interleaved
 * rounds. Machines are shared and noisy, so no figure is asserted; the marks are printed beside what was seen.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, before: { type: 'string' }, rounds: { type: 'string' } },
})
const ALONE = ['P12', 'P13']
const known = [...new Set([...comparisons.map(({ mark }) => mark), ...ALONE])]
const chosen = positionals.length > 0 ? positionals : known
for (const mark of chosen)
  if (!known.includes(mark)) throw new Error(`There is no mark ${mark}. Known: ${known.join(', ')}.`)

const { quick = false } = options
const ROUNDS = Number(options.rounds ?? (quick ? 3 : 5))
const MEASURE_MS = quick ? 1_000 : 2_000
const FIRST_WARM_MS = quick ? 1_500 : 4_000
const WARM_MS = 300

const rows: string[] = []
const asked = comparisons.filter(({ mark }) => chosen.includes(mark))
if (asked.length > 0 || options.before) await compare(asked)
if (chosen.includes('P12')) {
  const seconds = await startTime(quick ? 3 : 5)
  rows.push(row('P12', 'ready after a start with an empty store, s', seconds.toFixed(2), '≤ 2', '≤ 1'))
}
if (chosen.includes('P13')) {
  const memory = await lookAtMemory({ loadMs: quick ? 4_000 : 15_000, uploads: quick ? 2 : 4 })
  const add = (what: string, bytes: number, first: number, goal: number) =>
    rows.push(row('P13', what, (bytes / 1024 / 1024).toFixed(0), `≤ ${first}`, `≤ ${goal}`))
  add('resident memory, idle, MB', memory.idle, 160, 110)
  add('  its highest at full load', memory.loaded, 350, 250)
  add('  growth over a first upload of 100 MB', memory.firstUpload, 30, 10)
  add('  growth over a later one', memory.laterUpload, 30, 10)
}
console.log(
  `\nNode ${process.version}, ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)} at the end; ` +
    `medians of ${ROUNDS} rounds, with their lowest and highest\n`,
)
console.log(row('', '', 'seen', 'first mark', 'goal'))
for (const line of rows) console.log(line)

async function compare(list: Comparison[]): Promise<void> {
  const wanted = new Map<SubjectName, Set<Measure>>()
  const want = (measure: Measure, name: SubjectName) => wanted.set(name, (wanted.get(name) ?? new Set()).add(measure))
  for (const { of, to } of list) for (const figure of [of, to]) want(...figure)
  if (options.before) for (const name of ['gateway', 'before'] as const) want('cpu', name)

  const field = await startField(new Set(wanted.keys()), options.before ?? null)
  const seen = new Map<string, number[]>()
  const put = (measure: Measure, name: string, figure: number) =>
    seen.set(`${measure} ${name}`, [...(seen.get(`${measure} ${name}`) ?? []), figure])
  for (const each of field.subjects) await send(each, 32, FIRST_WARM_MS)
  for (let round = 1; round <= ROUNDS; round += 1) {
    // Nobody always comes after the same neighbour.
    const turns = round % 2 === 0 ? field.subjects.toReversed() : field.subjects
    for (const each of turns) {
      const measures = wanted.get(each.name as SubjectName) ?? new Set()
      const figures = await measure(each, measures, field.database)
      for (const [name, figure] of Object.entries(figures)) put(name as Measure, each.name, figure)
      process.stderr.write(`round ${round}/${ROUNDS} ${each.name.padEnd(13)} ${told(figures)}\n`)
    }
  }
  await field.stop()

  const figuresOf = ([measure, name]: readonly [string, string]) => seen.get(`${measure} ${name}`) ?? []
  for (const name of [...seen.keys()].sort())
    console.log(
      `${name.padEnd(22)} ${median(seen.get(name) ?? [])
        .toFixed(1)
        .padStart(9)}`,
    )
  for (const line of field.skipped) console.log(line)
  for (const comparison of list) {
    const others = figuresOf(comparison.to)
    const each = figuresOf(comparison.of).map((figure, round) => {
      const other = others[round] ?? Number.NaN
      return comparison.by === 'ratio' ? figure / other : figure - other
    })
    if (each.length > 0 && others.length > 0) rows.push(comparisonRow(comparison, each))
  }
  if (options.before) {
    const each = figuresOf(['cpu', 'gateway']).map((now, round) => now / (figuresOf(['cpu', 'before'])[round] ?? 0))
    rows.push(row('', `CPU of a durable send ÷ in ${options.before}`, spread(each), '', ''))
  }
}

type Figures = Partial<Record<Measure, number>>

async function measure(
  subject: Subject,
  measures: ReadonlySet<Measure>,
  database: () => { user: number; system: number },
): Promise<Figures> {
  const figures: Figures = {}
  await send(subject, 32, WARM_MS)
  if (measures.has('cpu') || measures.has('database')) {
    const before = await subject.usage()
    const databaseBefore = measures.has('database') ? database() : null
    const { answered } = await send(subject, 32, MEASURE_MS)
    figures.cpu = cpuBetween(before, await subject.usage()) / answered
    if (databaseBefore) figures.database = cpuBetween(databaseBefore, database()) / answered
  }
  if (measures.has('rate')) {
    const { answered, seconds } = await send(subject, 256, MEASURE_MS)
    figures.rate = answered / seconds
  }
  if (measures.has('p99')) {
    const { times, failed } = await pacedLoad(subject.url, {
      connections: 64,
      perSecond: 500,
      ms: 2 * MEASURE_MS,
      requests: sendsOf(subject.key),
    })
    if (failed > 0) throw new Error(`${subject.name} did not answer ${failed} requests with 200`)
    figures.p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN
  }
  return figures
}

async function send(subject: Subject, connections: number, ms: number) {
  const done = await load(subject.url, { connections, ms, requests: sendsOf(subject.key) })
  if (done.failed > 0) throw new Error(`${subject.name} did not answer ${done.failed} requests with 200`)
  return done
}

function told({ cpu, database, rate, p99 }: Figures): string {
  return [
    cpu !== undefined && `${cpu.toFixed(0).padStart(4)} µs CPU`,
    database !== undefined && `${database.toFixed(0)} µs in the database`,
    rate !== undefined && `${rate.toFixed(0).padStart(6)}/s`,
    p99 !== undefined && `p99 ${p99.toFixed(1)} ms`,
  ]
    .filter((text) => text !== false)
    .join(', ')
}

function comparisonRow({ mark, what, bound, first, goal }: Comparison, figures: number[]): string {
  const sign = bound === 'at most' ? '≤' : '≥'
  return row(mark, what, spread(figures), `${sign} ${first}`, `${sign} ${goal}`)
}

function spread(figures: number[]): string {
  const shown = [median(figures), Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(2))
  return `${shown[0]} (${shown[1]} to ${shown[2]})`
}

function row(mark: string, what: string, seen: string, first: string, goal: string): string {
  return `${mark.padEnd(4)} ${what.padEnd(50)} ${seen.padEnd(22)} ${first.padEnd(11)} ${goal}`
}
