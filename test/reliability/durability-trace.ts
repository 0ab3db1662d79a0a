import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** What strace is asked for, so that `readTrace` can read it. `output`: the file that it writes. */
export const straceCommand = (output: string): string[] => [
  'strace',
  ...['-f', '--seccomp-bpf', '-y', '-s', '5000', '-o', output],
  ...['-e', 'trace=pwrite64,fdatasync,fsync,read,write,writev,sendto,sendmsg', '-e', 'signal=none'],
]

/** Places in the trace: the first and the last line of a call. */
type Span = { start: number; end: number }

/** A place in the write-ahead log. `commit`: the header of the frame that ends a transaction. */
type LogWrite = Span & { commit: boolean }

export type Trace = {
  logWrites: LogWrite[]
  /** Syncs of the write-ahead log that succeeded. */
  syncs: Span[]
  /** By marker: the log write that held it first, as an index of `logWrites`. */
  logged: Map<string, number>
  /** By marker: where a request that held it was answered with a 2xx, and where it was passed on to Meta. */
  answered: Map<string, number>
  passedOn: Map<string, number>
}

type Call = Span & { name: string; target: string; text: string }

const LOG = /fairlead\.db-wal$/

/** Reads a trace. `marker` finds the markers: of requests in what is read, of what answers depend on in the log. */
export async function readTrace(path: string, marker: RegExp): Promise<Trace> {
  const trace: Trace = { logWrites: [], syncs: [], logged: new Map(), answered: new Map(), passedOn: new Map() }
  /** By socket: the marker of the request that is being answered on it. */
  const asking = new Map<string, string>()
  for await (const call of calls(path)) {
    const found = call.text.match(marker) ?? []
    if (LOG.test(call.target)) noteLog(trace, call, found)
    else if (call.target.startsWith('socket:')) noteSocket(trace, asking, call, found)
  }
  return trace
}

function noteLog(trace: Trace, { name, text, start, end }: Call, found: string[]): void {
  if (name !== 'pwrite64') {
    if (/\) += 0$/.test(text)) trace.syncs.push({ start, end })
    return
  }
  for (const one of found) if (!trace.logged.has(one)) trace.logged.set(one, trace.logWrites.length)
  trace.logWrites.push({ start, end, commit: endsTransaction(text) })
}

/** Whether this is a frame's header (24 bytes) with a size of the database in it, which only the last of a transaction has. */
function endsTransaction(text: string): boolean {
  const header = /"((?:[^"\\]|\\.)*)", 24, \d+\) += 24$/.exec(text)?.[1]
  if (header === undefined) return false
  // strace writes bytes as characters, as letters after a backslash, or in octal.
  const bytes = header.match(/\\[0-7]{1,3}|\\.|[^\\]/g) ?? []
  return bytes.slice(4, 8).some((byte) => !/^\\0+$/.test(byte))
}

function noteSocket(trace: Trace, asking: Map<string, string>, call: Call, found: string[]): void {
  const [first] = found
  if (call.name === 'read') {
    if (first !== undefined) asking.set(call.target, first)
    return
  }
  if (/"POST \/v\d/.test(call.text)) {
    for (const one of found) trace.passedOn.set(one, call.start)
    return
  }
  const asked = asking.get(call.target)
  if (asked === undefined || !/"HTTP\/1\.1 /.test(call.text)) return
  asking.delete(call.target)
  if (/"HTTP\/1\.1 2/.test(call.text)) trace.answered.set(asked, call.start)
}

/** The calls of a trace; one that others interrupted is put together again. */
async function* calls(path: string): AsyncGenerator<Call> {
  const begun = new Map<string, { line: string; start: number }>()
  let at = 0
  for await (const line of createInterface({ input: createReadStream(path, 'latin1') })) {
    at += 1
    const thread = /^\d+/.exec(line)?.[0] ?? ''
    const unfinished = line.lastIndexOf(' <unfinished ...>')
    if (unfinished > 0) {
      begun.set(thread, { line: line.slice(0, unfinished), start: at })
      continue
    }
    const resumed = /^\d+ +<\.\.\. \w+ resumed>/.exec(line)
    const beginning = resumed ? begun.get(thread) : undefined
    const text = beginning ? `${beginning.line}${line.slice(resumed?.[0].length)}` : line
    const call = /^\d+ +(\w+)\(\d+<([^>]*)>/.exec(text)
    if (call) yield { name: call[1] ?? '', target: call[2] ?? '', text, start: beginning?.start ?? at, end: at }
  }
}

/** Whether the transaction that first held `marker` was on the disk before the trace came to `by`. */
export function isSyncedBefore({ logged, logWrites, syncs }: Trace, marker: string, by: number): boolean {
  const first = logged.get(marker)
  if (first === undefined) return false
  // A frame is its header, then its page.
  const last = logWrites.findIndex(({ commit }, index) => commit && index >= first - 1)
  const page = logWrites[last + 1]
  if (last < 0 || !page) return false
  const sync = syncs.find(({ start }) => start > page.end)
  return sync !== undefined && sync.end < by
}
