import { connect, type Socket } from 'node:net'

/** The requests of one connection, which it makes in turn, over and over. */
export type Requests = (connection: number) => Buffer[]

/**
 * Sends as fast as answers come, over `connections` kept-alive sockets, until `ms` have passed. Gives how many were
 * answered with 200, and how many otherwise.
 */
export async function load(
  url: string,
  { connections, ms, requests }: { connections: number; ms: number; requests: Requests },
): Promise<{ answered: number; failed: number; seconds: number }> {
  const started = performance.now()
  const until = started + ms
  let answered = 0
  let failed = 0
  await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const line = await openLine(url)
      const own = requests(index)
      for (let next = 0; performance.now() < until; next += 1) {
        if (await line.ask(own[next % own.length] as Buffer)) answered += 1
        else failed += 1
      }
      line.close()
    }),
  )
  return { answered, failed, seconds: (performance.now() - started) / 1000 }
}

/**
 * Sends `perSecond` requests a second for `ms`, whether or not answers come, and gives how long each answer took,
 * counted from when its request was due (ms): a slow answer does not keep later requests from being counted.
 */
export async function pacedLoad(
  url: string,
  { connections, perSecond, ms, requests }: { connections: number; perSecond: number; ms: number; requests: Requests },
): Promise<{ times: number[]; failed: number }> {
  const lines = await Promise.all(
    Array.from({ length: connections }, async (_, index) => ({
      line: await openLine(url),
      own: requests(index),
      next: 0,
    })),
  )
  const free = [...lines]
  const due: number[] = []
  const times: number[] = []
  let failed = 0
  const total = Math.floor((ms / 1000) * perSecond)
  const started = performance.now()
  await new Promise<void>((resolve) => {
    const step = () => {
      while (due.length > 0 && free.length > 0) send(due.shift() as number)
    }
    const send = async (at: number) => {
      const taken = free.shift() as (typeof lines)[number]
      taken.next += 1
      const good = await taken.line.ask(taken.own[taken.next % taken.own.length] as Buffer)
      times.push(performance.now() - at)
      if (!good) failed += 1
      free.push(taken)
      if (times.length === total) resolve()
      else step()
    }
    let planned = 0
    const tick = () => {
      for (const now = performance.now(); planned < total; planned += 1) {
        const at = started + (planned * 1000) / perSecond
        if (at > now) break
        due.push(at)
      }
      step()
      if (planned < total) setTimeout(tick, 1)
    }
    tick()
  })
  for (const { line } of lines) line.close()
  return { times, failed }
}

type Line = { ask(request: Buffer): Promise<boolean>; close(): void }

/** A kept-alive connection, which carries one request at a time; `ask` gives whether it was answered with 200. */
async function openLine(url: string): Promise<Line> {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect(Number(port), hostname)
  socket.setNoDelay()
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
  let pending: Buffer = Buffer.alloc(0)
  let resolve: (good: boolean) => void = () => {}
  let reject: (error: Error) => void = () => {}
  socket.on('error', (error) => reject(error))
  socket.on('close', () => reject(new Error(`${url} closed a connection`)))
  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const size = answerSize(pending)
    if (size === null || pending.length < size) return
    const good = pending.toString('latin1', 9, 12) === '200'
    pending = pending.subarray(size)
    resolve(good)
  })
  return {
    ask(request) {
      socket.write(request)
      return new Promise((resolved, rejected) => {
        resolve = resolved
        reject = rejected
      })
    },
    close: () => socket.end(),
  }
}

/** Bytes of the answer that starts here, or null while its head is incomplete. */
function answerSize(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))
  if (!length) throw new Error('the load generator reads answers with a content-length only')
  return end + 4 + Number(length[1])
}
