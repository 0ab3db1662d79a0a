import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Backlog } from '../store/backlog.ts'

/** What becomes of sends, in the words of their states. */
const SEND_OUTCOMES = ['accepted', 'rejected', 'not_sent', 'in_doubt', 'unresolved'] as const
const WEBHOOK_STEPS = ['stored', 'understood', 'failed'] as const
const UPSTREAM_OUTCOMES = ['answered', 'not_sent', 'lost'] as const
const REFUSALS = ['malformed', 'slow_head', 'slow_body', 'unread_answer', 'too_many', 'stopping'] as const

export type Refusal = (typeof REFUSALS)[number]

/**
 * What a gateway counts about itself; one line at each place that counts. No label ever holds an id, a number, a key, a
 * path with ids or a text: whatever is given here comes from a short list, or is the pattern of a route.
 */
export type Metrics = {
  /** `route`: as it was registered. */
  answered(route: string, method: string, status: number, ms: number): void
  /** A request or a connection that was turned away before it reached a route. */
  refused(why: Refusal): void
  sendSettled(outcome: (typeof SEND_OUTCOMES)[number]): void
  /** A request was answered with what became of an earlier one. */
  sendReplayed(): void
  sendsInFlight(change: 1 | -1): void
  sendsWaiting(change: 1 | -1): void
  webhook(step: (typeof WEBHOOK_STEPS)[number]): void
  /** A transaction that was committed, with so many commands. */
  committed(commands: number): void
  storeUnavailable(): void
  upstream(outcome: (typeof UPSTREAM_OUTCOMES)[number], ms: number): void
  /** The text that Prometheus reads. `backlog`: null when the store cannot be asked; its figures are left out then. */
  render(backlog: Backlog | null): Promise<string>
  contentType: string
  /** For the documentation: every metric but those of the process. */
  described(): Array<{ name: string; type: string; labels: string[]; help: string }>
}

const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
const UPSTREAM_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 35]
const COMMANDS = [1, 2, 4, 8, 16, 32, 64, 128, 256]
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Metrics with a registry of their own, so that a process may hold several gateways. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const all = define(registry)
  const own = registry.getMetricsAsArray()
  collectDefaultMetrics({ register: registry, prefix: 'fairlead_', eventLoopMonitoringPrecision: 20 })

  return {
    answered(route, method, status, ms) {
      const pattern = labelOf(route)
      const known = METHODS.has(method) ? method : 'other'
      all.requests.inc({ route: pattern, method: known, status: `${Math.floor(status / 100)}xx` })
      all.seconds.observe({ route: pattern }, ms / 1000)
    },
    refused: (reason) => all.refusals.inc({ reason }),
    sendSettled: (outcome) => all.sends.inc({ outcome }),
    sendReplayed: () => all.replays.inc(),
    sendsInFlight: (change) => all.inFlight.inc(change),
    sendsWaiting: (change) => all.waiting.inc(change),
    webhook: (step) => all.webhooks.inc({ step }),
    committed: (commands) => all.commits.observe(commands),
    storeUnavailable: () => all.unavailable.inc(),
    upstream(outcome, ms) {
      all.upstream.inc({ outcome })
      all.upstreamSeconds.observe(ms / 1000)
    },
    render(backlog) {
      showBacklog(all, backlog)
      return registry.metrics()
    },
    contentType: registry.contentType,
    described: () =>
      own.map((metric) => {
        // The library's type for a metric leaves out what every metric has.
        const { name, type, labelNames, help } = metric as unknown as Described
        return { name, type, labels: labelNames, help }
      }),
  }
}

function define(registry: Registry) {
  const { counter, gauge, histogram } = kinds(registry)
  const all = {
    requests: counter('http_requests_total', 'Requests answered, by route and class of status.', [
      'route',
      'method',
      'status',
    ]),
    seconds: histogram('http_request_duration_seconds', 'From the head of a request to its answer.', HTTP_SECONDS, [
      'route',
    ]),
    refusals: counter('http_refused_total', 'Requests and connections turned away before any route.', ['reason']),
    sends: counter('sends_total', 'Sends, by what became of them.', ['outcome']),
    replays: counter('sends_replayed_total', 'Requests answered with what became of an earlier, identical one.', []),
    inFlight: gauge('sends_in_flight', 'Sends under way: their turn has come and their result is not stored yet.'),
    waiting: gauge('sends_waiting', 'Sends that wait for their turn, behind one to the same recipient.'),
    undecided: gauge('sends_undecided', 'Sends in the store of which nobody knows what became of them.', ['state']),
    undecidedAge: gauge('sends_undecided_oldest_seconds', 'Age of the oldest of those; 0 when there is none.', [
      'state',
    ]),
    webhooks: counter('webhooks_total', 'Webhooks of Meta: acknowledged, understood, not understandable.', ['step']),
    webhooksWaiting: gauge('webhooks_waiting', 'Webhooks in the store that are not understood yet.'),
    webhooksAge: gauge('webhooks_waiting_oldest_seconds', 'Age of the oldest of those; 0 when there is none.'),
    commits: histogram(
      'store_commit_commands',
      'Commands that shared a transaction; the count is that of commits.',
      COMMANDS,
    ),
    unavailable: counter('store_unavailable_total', 'Requests refused because the database was away.', []),
    upstream: counter('upstream_requests_total', "Requests to Meta's Graph API, by how they ended.", ['outcome']),
    upstreamSeconds: histogram('upstream_request_duration_seconds', 'How long they took.', UPSTREAM_SECONDS),
  }
  // What has not happened yet is 0, so that a first time can be seen.
  for (const outcome of SEND_OUTCOMES) all.sends.inc({ outcome }, 0)
  for (const step of WEBHOOK_STEPS) all.webhooks.inc({ step }, 0)
  for (const outcome of UPSTREAM_OUTCOMES) all.upstream.inc({ outcome }, 0)
  for (const reason of REFUSALS) all.refusals.inc({ reason }, 0)
  return all
}

function kinds(registry: Registry) {
  const registers = [registry]
  return {
    counter: <Label extends string>(name: string, help: string, labelNames: Label[]) =>
      new Counter({ name: `fairlead_${name}`, help, labelNames, registers }),
    gauge: <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Gauge({ name: `fairlead_${name}`, help, labelNames, registers }),
    histogram: <Label extends string>(name: string, help: string, buckets: number[], labelNames: Label[] = []) =>
      new Histogram({ name: `fairlead_${name}`, help, buckets, labelNames, registers }),
  }
}

function showBacklog(all: ReturnType<typeof define>, backlog: Backlog | null): void {
  for (const metric of [all.undecided, all.undecidedAge]) metric.reset()
  for (const metric of [all.webhooksWaiting, all.webhooksAge]) metric.remove()
  if (!backlog) return
  for (const { state, count, oldestSeconds } of backlog.sends) {
    all.undecided.set({ state }, count)
    all.undecidedAge.set({ state }, oldestSeconds)
  }
  all.webhooksWaiting.set(backlog.webhooks.count)
  all.webhooksAge.set(backlog.webhooks.oldestSeconds)
}

type Described = { name: string; type: string; labelNames: string[]; help: string }

const labels = new Map<string, string>()

/** `/meta/whatsapp/v:version(^…$)/:id(^…$)/messages` as `/meta/whatsapp/:id/messages`: a surface's aliases are one. */
function labelOf(route: string): string {
  let label = labels.get(route)
  if (label === undefined) {
    label = route
      .replaceAll(/\(\^.*?\$\)/g, '')
      .replace('/v:version', '')
      .replace(/^\/api\/meta\//, '/meta/whatsapp/')
    labels.set(route, label)
  }
  return label
}
