/**
 * What is measured of a subject: CPU time of a request (µs, 32 clients), the database's share of it, requests a second
 * (256 clients), 99th percentile of the time an answer takes (ms, 500 requests a second however slow the answers).
 */
export type Measure = 'cpu' | 'database' | 'rate' | 'p99'

/** What a round may measure; every name is a way to start one in `subjects.ts`. */
export type SubjectName =
  | 'gateway'
  | 'gateway-tls'
  | 'postgres'
  | 'postgres-tls'
  | 'before'
  | 'http-proxy'
  | 'pass-through'
  | 'express'
  | 'nginx'

type Figure = readonly [Measure, SubjectName]

/** One figure beside another of the same round. `at`: whether the seen one should stay below the bound or above it. */
export type Comparison = {
  mark: string
  what: string
  of: Figure
  to: Figure
  by: 'ratio' | 'difference'
  bound: 'at most' | 'at least'
  first: number
  goal: number
}

/** The same send on both engines. */
function onBoth(comparison: Omit<Comparison, 'of'> & { measure: Measure; tls?: true }): Comparison[] {
  const { measure, tls, ...rest } = comparison
  return [
    { ...rest, of: [measure, tls ? 'gateway-tls' : 'gateway'] },
    { ...rest, what: `  the same on PostgreSQL`, of: [measure, tls ? 'postgres-tls' : 'postgres'] },
  ]
}

export const comparisons: Comparison[] = [
  ...onBoth({
    mark: 'P1',
    what: 'CPU of a durable send ÷ @fastify/http-proxy',
    measure: 'cpu',
    to: ['cpu', 'http-proxy'],
    by: 'ratio',
    bound: 'at most',
    first: 1.5,
    goal: 0.8,
  }),
  ...onBoth({
    mark: 'P2',
    what: 'CPU of a durable send ÷ nginx, TLS upstream',
    measure: 'cpu',
    tls: true,
    to: ['cpu', 'nginx'],
    by: 'ratio',
    bound: 'at most',
    first: 11,
    goal: 6,
  }),
  ...onBoth({
    mark: 'P3',
    what: 'CPU of a durable send ÷ Express + fetch',
    measure: 'cpu',
    to: ['cpu', 'express'],
    by: 'ratio',
    bound: 'at most',
    first: 0.25,
    goal: 0.12,
  }),
  ...onBoth({
    mark: 'P4',
    what: 'durable sends/s ÷ Fastify + undici, 256 clients',
    measure: 'rate',
    to: ['rate', 'pass-through'],
    by: 'ratio',
    bound: 'at least',
    first: 0.35,
    goal: 0.6,
  }),
  ...onBoth({
    mark: 'P5',
    what: 'p99 at 500/s − p99 of Fastify + undici, ms',
    measure: 'p99',
    to: ['p99', 'pass-through'],
    by: 'difference',
    bound: 'at most',
    first: 8,
    goal: 3,
  }),
  {
    mark: 'P10',
    what: 'our CPU of a send on PostgreSQL ÷ on SQLite',
    of: ['cpu', 'postgres'],
    to: ['cpu', 'gateway'],
    by: 'ratio',
    bound: 'at most',
    first: 1.5,
    goal: 1.1,
  },
  {
    mark: 'P10',
    what: 'the database’s CPU of a send ÷ ours',
    of: ['database', 'postgres'],
    to: ['cpu', 'postgres'],
    by: 'ratio',
    bound: 'at most',
    first: 1.5,
    goal: 0.8,
  },
]
