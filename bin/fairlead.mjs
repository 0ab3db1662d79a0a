#!/usr/bin/env node
// The command line. An installed package carries compiled JavaScript; a checkout runs its TypeScript as it is.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const source = join(root, 'src', 'main.ts')
const isCheckout = existsSync(source)
const main = isCheckout ? source : join(root, 'dist', 'src', 'main.js')

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(pathToFileURL(main).href)
} else {
  const node = ownNode()
  if (!node) {
    const fix = isCheckout ? 'Run npm start once, which brings it.' : 'Install Node 24 from nodejs.org.'
    process.stderr.write(`Fairlead needs Node 24 or later; this is ${process.versions.node}. ${fix}\n`)
    process.exit(1)
  }
  const { status } = spawnSync(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

/** The Node that `npm start` has brought along, if it has. */
function ownNode() {
  const folder = join(root, '.node', 'node_modules')
  if (!existsSync(folder)) return null
  const found = readdirSync(folder)
    .flatMap((name) => [join(folder, name, 'bin', 'node'), join(folder, name, 'bin', 'node.exe')])
    .find((path) => existsSync(path))
  return found ?? null
}
