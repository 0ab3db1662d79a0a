import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts'
import type { SubjectName } from './marks.ts'
import { startNginx } from './nginx.ts'
import { parentOf, usageOfProcess } from './process-usage.ts'
import { type Subject, startSubject } from './subject.ts'
import type { Usage } from './subjects/report.ts'

/** The subjects of a run, and what they stand on. */
export type Field = {
  subjects: Subject[]
  /** Why some that were asked for are not there. */
  skipped: string[]
  /** What PostgreSQL has used, when there is one. */
  database(): Usage
  stop(): Promise<void>
}

/** Starts the subjects of these names. `before`: another checkout, whose gateway is measured beside ours. */
export async function startField(names: ReadonlySet<SubjectName>, before: string | null): Promise<Field> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-bench-'))
  const skipped = names.has('nginx') ? missing(['nginx', '-v'], ['openssl', 'version']) : []
  const wants = (name: SubjectName) => names.has(name) && !(skipped.length > 0 && /tls|nginx/.test(name))

  const upstream = await startSubject('upstream')
  const started = [upstream]
  const subjects: Subject[] = []
  const add = async (name: SubjectName, start: () => Promise<Subject>) => {
    if (!wants(name)) return
    const subject = { ...(await start()), name }
    subjects.push(subject)
    started.push(subject)
  }

  const plain = [upstream.url]
  await add('http-proxy', () => startSubject('http-proxy', plain))
  await add('pass-through', () => startSubject('pass-through', plain))
  await add('express', () => startSubject('express', plain))
  await add('gateway', () => startSubject('gateway', plain))
  await add('before', () => startSubject('gateway', plain, { root: join(before ?? '', 'test', 'benchmarks') }))

  let server: PostgresServer | null = null
  let postmaster = 0
  if (wants('postgres') || wants('postgres-tls')) {
    server = await startPostgres({ fsync: true })
    postmaster = await postmasterOf(server.url('postgres'))
  }
  const onPostgres = { TEST_POSTGRES: server?.url('postgres') ?? '' }
  await add('postgres', () => startSubject('gateway', plain, { env: onPostgres }))

  if (wants('nginx')) {
    const { key, certificate } = makeCertificate(folder)
    const secure = await startSubject('upstream', [key, certificate])
    started.push(secure)
    const env = { NODE_EXTRA_CA_CERTS: certificate }
    await add('nginx', () => startNginx(secure.url, certificate, folder))
    await add('gateway-tls', () => startSubject('gateway', [secure.url], { env }))
    await add('postgres-tls', () => startSubject('gateway', [secure.url], { env: { ...env, ...onPostgres } }))
  }

  return {
    subjects,
    skipped,
    database: () => usageOfProcess(postmaster),
    async stop() {
      for (const each of started.reverse()) await each.stop()
      await server?.[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One line for each program that is not installed; a command is how it is asked for. */
function missing(...commands: Array<[string, string]>): string[] {
  return commands.flatMap(([program, argument]) => {
    try {
      execFileSync(program, [argument], { stdio: 'ignore' })
      return []
    } catch {
      return [`skipped P2: ${program} is not installed`]
    }
  })
}

/** A key and a certificate for localhost that live as long as the run. */
function makeCertificate(folder: string): { key: string; certificate: string } {
  const key = join(folder, 'key.pem')
  const certificate = join(folder, 'certificate.pem')
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2']
  const whom = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', ...kind, ...whom, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  return { key, certificate }
}

async function postmasterOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query('select pg_backend_pid() as pid')
    return parentOf(rows[0].pid)
  } finally {
    await client.end()
  }
}
