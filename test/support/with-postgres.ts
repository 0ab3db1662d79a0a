import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres-server.ts'

/** One PostgreSQL for the whole run; each gateway gets a database of its own in it. */
export default async function withPostgres(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgres', server.url('postgres'))
  return () => server[Symbol.asyncDispose]()
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: string
  }
}
