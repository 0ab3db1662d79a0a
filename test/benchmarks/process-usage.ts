import { readFileSync } from 'node:fs'
import type { Usage } from './subjects/report.ts'

/** Linux counts in hundredths of a second, on every machine there is. µs. */
const TICK = 10_000
const PAGE = 4096

/** What a process and all that come from it have used, as Linux tells it: of those that run, and of those that ended. */
export function usageOfProcess(pid: number): Usage {
  // The name in the second place may hold spaces and brackets.
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
  const own = {
    user: (user + endedUser) * TICK,
    system: (system + endedSystem) * TICK,
    rss: (fields[21] ?? 0) * PAGE,
  }
  return childrenOf(pid)
    .map(usageIfThere)
    .reduce(
      (sum, { user, system, rss }) => ({
        user: sum.user + user,
        system: sum.system + system,
        rss: sum.rss + rss,
      }),
      own,
    )
}

/** One that has ended since it was listed is counted with its parent from now on. */
function usageIfThere(pid: number): Usage {
  try {
    return usageOfProcess(pid)
  } catch {
    return { user: 0, system: 0, rss: 0 }
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return text === '' ? [] : text.split(' ').map(Number)
}

/** The process that this one comes from. */
export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}
