// npm run check: everything that can be said of the code without running it, each step in one line.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const module = (/** @type {string} */ path) => join(root, 'node_modules', path)

const steps = [
  {
    name: 'format, lint and import rules',
    args: [module('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'],
  },
  { name: 'types', args: [module('typescript/bin/tsc'), '-p', '.'] },
  { name: 'types of the package', args: [module('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--noEmit'] },
  { name: 'dead code', args: [module('knip/bin/knip.js'), '--no-progress'] },
  { name: 'generated documents', args: [join(root, 'scripts', 'write-docs.ts'), '--check'] },
]

let failed = 0
for (const { name, args } of steps) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
  if (status === 0) continue
  failed += 1
  process.stdout.write(`${stdout}${stderr}\n`)
}
process.exit(failed === 0 ? 0 : 1)
