import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'

/** A transaction as it went by: what it wrote of marks, and whether it asked for its commit to be on the disk. */
type Transaction = { marks: string[]; durable: boolean }

/**
 * Stands between a gateway and its PostgreSQL and holds every confirmation of a commit back by `ms`. Which marks are in
 * a transaction it sees in what goes by.
 */
export async function startCommitDelay(databaseUrl: string, { marks, ms }: { marks: RegExp; ms: number }) {
  const { hostname, port } = new URL(databaseUrl)
  const confirmed = new Set<string>()
  /** Of transactions that did not ask for it. */
  const volatile: string[] = []
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const database = connect(Number(port), hostname)
    for (const socket of [client, database]) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', () => {})
    }
    client.on('close', () => database.destroy())
    database.on('close', () => client.destroy())

    let open: Transaction = { marks: [], durable: false }
    const committing: Transaction[] = []
    // The first message of a client has no type before its length.
    const fromClient = messages(0)
    client.on('data', (chunk) => {
      for (const message of fromClient(chunk)) {
        const text = withBytesRead(message.toString('latin1'))
        open.marks.push(...(text.match(marks) ?? []))
        if (message[0] !== QUERY) continue
        if (/set local synchronous_commit = on;/.test(text)) open.durable = true
        if (!/(^Q....|; )commit\0$/s.test(message.toString('latin1'))) continue
        committing.push(open)
        open = { marks: [], durable: false }
      }
      database.write(chunk)
    })

    const fromDatabase = messages(1)
    let passing = Promise.resolve()
    database.on('data', (chunk) => {
      for (const message of fromDatabase(chunk)) passing = passing.then(() => pass(message))
    })
    async function pass(message: Buffer): Promise<void> {
      if (message[0] === COMMAND_COMPLETE && message.toString('latin1', 5) === 'COMMIT\0') {
        await new Promise((resolve) => setTimeout(resolve, ms))
        const transaction = committing.shift()
        for (const mark of transaction?.marks ?? []) confirmed.add(mark)
        if (transaction && !transaction.durable) volatile.push(...transaction.marks)
      }
      client.write(message)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.port = String((server.address() as AddressInfo).port)

  return {
    url: url.href,
    confirmed,
    volatile,
    /** Every connection breaks, whatever is held back on it. New ones are taken. */
    cut() {
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Rows that travel as JSON hold bytes in hex: their text is put behind the message's own. */
function withBytesRead(text: string): string {
  const bytes = text.match(/\\\\x[0-9a-f]+/g) ?? []
  return [text, ...bytes.map((hex) => Buffer.from(hex.slice(3), 'hex').toString('latin1'))].join('\n')
}

const COMMAND_COMPLETE = 'C'.charCodeAt(0)
const QUERY = 'Q'.charCodeAt(0)

/** Cuts what comes into PostgreSQL's messages: a type, then a length that counts itself. `type`: bytes of the first's type. */
function messages(type: 0 | 1): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0)
  let typeBytes: number = type
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    const whole: Buffer[] = []
    for (;;) {
      const length = rest.length < typeBytes + 4 ? null : typeBytes + rest.readUInt32BE(typeBytes)
      if (length === null || rest.length < length) return whole
      whole.push(rest.subarray(0, length))
      rest = rest.subarray(length)
      typeBytes = 1
    }
  }
}
