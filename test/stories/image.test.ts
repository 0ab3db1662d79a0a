import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildImage, type Image, readIgnores } from '../support/build-image.ts'
import { eventually } from '../support/start-pair.ts'

/**
 * There is no container engine where the tests run. The Dockerfile's own steps are done in folders instead, and what it
 * would start is started, by a user who is not root. The package is made of the same compiled files.
 */
const root = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'fairlead-image-'))
const bin = join(folder, 'bin')
// The base image has Node where everybody can run it; npm is this machine's, with its settings.
const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, npm_config_prefer_offline: 'true' }
const nobody = someoneElse()
let image: Image

/** Whom the image's user stands for: nobody, or ourselves when we may not become anybody else. */
function someoneElse(): { uid: number; gid: number } {
  if (process.getuid?.() !== 0) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  const [uid, gid] = ['-u', '-g'].map((of) => Number(execFileSync('id', [of, 'nobody'], { encoding: 'utf8' })))
  return { uid: uid ?? 0, gid: gid ?? 0 }
}

async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' && address ? address.port : 0)
}

const answers = (url: string) =>
  eventually(() =>
    fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ),
  )

async function stopped(child: ChildProcess): Promise<number | null> {
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const [code] = await exit
  return code
}

beforeAll(async () => {
  chmodSync(folder, 0o755)
  mkdirSync(bin)
  cpSync(process.execPath, join(bin, 'node'))
  image = await buildImage(readFileSync(join(root, 'Dockerfile'), 'utf8'), {
    context: root,
    folder,
    ignored: readIgnores(readFileSync(join(root, '.dockerignore'), 'utf8')),
    ownerOf: () => nobody,
    env,
  })
}, 300_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the image holds the compiled program and what it runs on, nothing more, and its user owns the data alone', () => {
  const app = join(image.root, image.workdir)
  for (const path of ['dist/src/main.js', 'bin/fairlead.mjs', 'bin/health.mjs', 'node_modules/fastify', 'LICENSE']) {
    expect([path, existsSync(join(app, path))]).toEqual([path, true])
  }
  for (const path of ['src', 'scripts', 'test', 'node_modules/typescript', 'node_modules/vitest', '.git', '.env']) {
    expect([path, existsSync(join(app, path))]).toEqual([path, false])
  }
  expect([image.user, image.env.NODE_ENV]).toEqual(['node', 'production'])
  expect(image.labels).toContain('org.opencontainers.image.licenses="Apache-2.0"')
  // Nothing between the signal and Node: no shell, no npm.
  expect(image.cmd).toEqual(['node', 'bin/fairlead.mjs', 'serve'])
  const data = statSync(join(image.root, 'data'))
  expect([data.uid, data.mode & 0o777]).toEqual([nobody.uid, 0o700])
  expect(statSync(join(app, 'dist')).uid).toBe(process.getuid?.() ?? 0)
})

test('what the image starts gets ready, its check says so, and it ends in order on a signal', async () => {
  const options = {
    cwd: join(image.root, image.workdir),
    env: { PATH: bin, ...image.env, FAIRLEAD_PORT: await freePort() },
    ...nobody,
  }
  const [program = '', ...args] = image.healthcheck
  const check = () => spawnSync(program, args, options).status
  expect(check()).toBe(1)
  const child = spawn(image.cmd[0] ?? '', image.cmd.slice(1), { ...options, stdio: ['ignore', 'pipe', 'inherit'] })
  let log = ''
  child.stdout.on('data', (chunk) => {
    log += chunk
  })
  await answers(`http://127.0.0.1:${options.env.FAIRLEAD_PORT}/health/ready`)
  expect(check()).toBe(0)
  expect(await stopped(child)).toBe(0)
  expect(log).toContain('Fairlead is ready')
  expect(existsSync(join(image.root, 'data', 'fairlead.db'))).toBe(true)
}, 120_000)

test('the packed package, installed in a bare folder, runs the gateway and the simulator and is imported', async () => {
  const packed = join(folder, 'packed')
  const bare = join(folder, 'bare')
  for (const path of [packed, bare]) mkdirSync(path)
  for (const path of ['package.json', 'bin', 'README.md', 'LICENSE', 'NOTICE', 'CHANGELOG.md']) {
    cpSync(join(root, path), join(packed, path), { recursive: true })
  }
  cpSync(join(image.root, image.workdir, 'dist'), join(packed, 'dist'), { recursive: true })
  const npm = (cwd: string, ...args: string[]) => execFileSync('npm', args, { cwd, env, encoding: 'utf8' })
  const [{ filename, files }] = JSON.parse(npm(packed, 'pack', '--ignore-scripts', '--json'))
  const paths: string[] = files.map(({ path }: { path: string }) => path)
  expect(paths.filter((path) => /^(src|test|docs|node_modules)\/|\.test\./.test(path))).toEqual([])
  writeFileSync(join(bare, 'package.json'), '{"private": true, "type": "module"}')
  npm(bare, 'install', '--ignore-scripts', '--no-audit', '--no-fund', join(packed, filename))

  const simulatorPort = await freePort()
  const port = await freePort()
  const settings = { ...env, FAIRLEAD_PORT: port, FAIRLEAD_DATA_DIR: join(bare, 'data') }
  // As npx starts it, without npx in between, which passes signals on in its own way.
  const fairlead = join(bare, 'node_modules', '.bin', 'fairlead')
  const start = (...args: string[]) => spawn(fairlead, args, { cwd: bare, env: settings, stdio: 'ignore' })
  const gateway = start('serve')
  const simulator = start('simulator', '--port', simulatorPort)
  await answers(`http://127.0.0.1:${port}/health/ready`)
  await answers(`http://127.0.0.1:${simulatorPort}/simulator/v1/openapi.json`)
  expect(execFileSync('npx', ['--no-install', 'fairlead', '--version'], { cwd: bare, env, encoding: 'utf8' })).toBe(
    '0.1.0\n',
  )
  expect([await stopped(gateway), await stopped(simulator)]).toEqual([0, 0])

  const script = `import { startSimulator } from 'fairlead/simulator'; console.log(typeof startSimulator)`
  expect(execFileSync(join(bin, 'node'), ['--input-type=module', '-e', script], { cwd: bare, encoding: 'utf8' })).toBe(
    'function\n',
  )
}, 180_000)
