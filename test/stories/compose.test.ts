import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig, unknownSettings } from '../../src/config.ts'

const root = join(import.meta.dirname, '..', '..')
const text = readFileSync(join(root, 'compose.yaml'), 'utf8')
// A reader of YAML comes with what writes the API's document.
const yaml = createRequire(createRequire(import.meta.url).resolve('@fastify/swagger'))('yaml')
const { services, networks, volumes } = yaml.parse(text)

/** As compose fills in what is named in .env. */
const filled = (environment: Record<string, string>, given: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      String(value).replace(/\$\{(\w+):([-?])([^}]*)\}/g, (_all, variable, kind, rest) => {
        const found = given[variable]
        if (found !== undefined) return found
        if (kind === '?') throw new Error(`${variable}: ${rest}`)
        return rest
      }),
    ]),
  )

const secrets = { FAIRLEAD_MASTER_KEY: Buffer.alloc(32, 1).toString('base64'), POSTGRES_PASSWORD: 'made-by-openssl' }

test('every setting in compose.yaml is known and makes sense', () => {
  const environment = filled(services.gateway.environment, secrets)
  const config = readConfig(environment)
  expect(unknownSettings(environment)).toEqual([])
  expect(config.databaseUrl).toBe('postgres://fairlead:made-by-openssl@postgres:5432/fairlead')
  expect(config.publicUrl).toBe(null)
})

test('no secret has a value in it, and without .env nothing starts', () => {
  expect(() => filled(services.gateway.environment, {})).toThrow('make .env first')
  expect(() => filled(services.postgres.environment, {})).toThrow('make .env first')
  const made = /printf '(.*?)' /.exec(text)?.[1] ?? ''
  for (const name of Object.keys(secrets)) expect(made).toContain(`${name}=%s`)
})

test('the gateway is reached from this machine only, and webhooks may go to the private network and no further', () => {
  expect(services.gateway.ports).toEqual(['127.0.0.1:8080:8080'])
  expect(services.postgres.ports ?? services.receiver.ports).toBe(undefined)
  const [{ subnet }] = networks.private.ipam.config
  expect(readConfig(filled(services.gateway.environment, secrets)).allowPrivateWebhooks).toEqual([subnet])
  for (const name of Object.keys(services)) expect([name, services[name].networks]).toEqual([name, ['private']])
})

test('what must outlive a container is in a volume, and the gateway waits for a healthy database', () => {
  expect(services.gateway.volumes).toEqual(['data:/data'])
  expect(Object.keys(volumes)).toEqual(['postgres', 'data'])
  expect(services.gateway.depends_on.postgres.condition).toBe('service_healthy')
  expect(services.postgres.healthcheck.test.join(' ')).toContain('pg_isready')
  expect(Number.parseInt(services.gateway.stop_grace_period, 10)).toBeGreaterThan(30)
})
