import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** What is told on both engines: everything that has a store under it. */
const stored = ['src/store/**/*.test.ts', 'test/**/*.test.ts']
const postgresOnly = ['test/stories/postgres/**', 'test/reliability/postgres/**']
/** About SQLite's own files. */
const sqliteOnly = ['test/reliability/synced-before-answered.test.ts']
/** What lies in front of the store, and the simulator behind it: it would say the same again. */
const withoutStore = [
  'test/stories/command-line.test.ts',
  'test/stories/simulator-command.test.ts',
  'test/stories/simulated-*.test.ts',
  'test/stories/cloud-api-clients.test.ts',
  'test/stories/published-shapes.test.ts',
  'test/stories/image.test.ts',
  'test/stories/compose.test.ts',
  'test/reliability/slow-clients.test.ts',
  'test/reliability/smuggling.test.ts',
]

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    // Generous, because machines that tests run on are often busy with something else.
    testTimeout: 60_000,
    // Many tests wait for somebody: a process to end, a deadline, an outage to be over.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    projects: [
      { extends: true, test: { name: 'units', include: ['src/**/*.test.ts'], exclude: stored } },
      { extends: true, test: { name: 'sqlite', include: stored, exclude: postgresOnly } },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: stored,
          exclude: [...withoutStore, ...sqliteOnly],
          globalSetup: ['test/support/with-postgres.ts'],
          setupFiles: ['test/support/on-postgres.ts'],
        },
      },
    ],
  },
})
