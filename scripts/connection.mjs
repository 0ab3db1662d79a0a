// Where scripts and the command line connect to, decided in this one place. Plain JavaScript for Node 18 and later.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DEFAULT_VERSION = 'v24.0'

/**
 * @typedef {object} Connection
 * @property {string} origin base of the Platform API and of /fairlead/v1, without a slash at the end
 * @property {string} metaBase base of the Meta-compatible surface, with its version
 * @property {string} apiKey
 * @property {string} adminKey the key for /fairlead/v1/api_keys; the API key where there is no other
 * @property {string | null} phoneNumberId the number to send from, where one is given
 */

/** Something the caller has to set. Its message is one sentence for people. */
export class ConnectionError extends Error {
  /** @override */
  name = 'ConnectionError'
}

/**
 * Reads KAPSO_API_BASE_URL, KAPSO_API_KEY, KAPSO_META_BASE_URL and KAPSO_META_GRAPH_VERSION, or the same names with
 * FAIRLEAD_, which win; what is missing is taken from a development instance's dev.json. That file's key goes to that
 * file's address only.
 * @param {Record<string, string | undefined>} env
 * @returns {Connection}
 * @throws {ConnectionError}
 */
export function readConnection(env) {
  const given = (/** @type {string} */ name) => env[`FAIRLEAD_${name}`] || env[`KAPSO_${name}`] || null
  const development = readDevelopment(env)
  const apiBase = given('API_BASE_URL')
  const metaGiven = given('META_BASE_URL')
  const origin = apiBase ? originOf(apiBase) : metaGiven ? originOf(metaGiven) : (development?.base_url ?? null)
  if (!origin)
    throw new ConnectionError('Set KAPSO_API_BASE_URL and KAPSO_API_KEY, or run npm start and use its instance.')

  const own = development?.base_url === origin ? development : null
  const apiKey = given('API_KEY') ?? own?.api_key
  if (!apiKey) throw new ConnectionError(`Set KAPSO_API_KEY to a key of ${origin}.`)
  return {
    origin,
    metaBase: metaBaseOf(metaGiven ?? `${origin}/meta/whatsapp`, given('META_GRAPH_VERSION')),
    apiKey,
    adminKey: given('API_KEY') ?? own?.admin_key ?? apiKey,
    phoneNumberId: given('PHONE_NUMBER_ID') ?? own?.phone_number_id ?? null,
  }
}

/**
 * The base with exactly one version at its end: the one asked for, else the one it has, else v24.0.
 * @param {string} base
 * @param {string | null} version
 */
function metaBaseOf(base, version) {
  const trimmed = base.replace(/\/+$/, '')
  const present = /\/(v\d+(?:\.\d+)?)$/.exec(trimmed)?.[1]
  const wanted = version ? `v${version.replace(/^v/, '')}` : (present ?? DEFAULT_VERSION)
  return `${trimmed.replace(/\/v\d+(?:\.\d+)?$/, '')}/${wanted}`
}

/** @param {string} base with or without the path of one of the surfaces */
function originOf(base) {
  const trimmed = base.replace(/\/+$/, '')
  return trimmed.replace(/\/(platform\/v1|meta(\/whatsapp(\/v\d+(\.\d+)?)?)?)$/, '').replace(/\/+$/, '')
}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string> | null}
 */
function readDevelopment(env) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const folders = env.FAIRLEAD_DATA_DIR ? [env.FAIRLEAD_DATA_DIR] : [join(root, 'data'), 'data']
  const path = folders.map((folder) => join(folder, 'dev.json')).find((file) => existsSync(file))
  if (!path) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new ConnectionError(`${path} cannot be read. Remove it, or set KAPSO_API_BASE_URL and KAPSO_API_KEY.`)
  }
}

/**
 * A request whose failure is one sentence, and whose answer is JSON.
 * @param {string} url
 * @param {{ method?: string, apiKey: string, body?: unknown, idempotencyKey?: string | undefined }} options `body`: a
 * form, or anything that becomes JSON
 * @returns {Promise<any>} the parsed answer; null where there is none
 * @throws {ConnectionError}
 */
export async function call(url, { method = 'GET', apiKey, body, idempotencyKey }) {
  const isForm = body instanceof FormData
  let response
  let text
  try {
    response = await fetch(url, {
      method,
      headers: {
        'X-API-Key': apiKey,
        ...(body !== undefined && !isForm ? { 'Content-Type': 'application/json' } : {}),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    })
    text = await response.text()
  } catch (error) {
    // Without a cause nothing was tried: a header or the address cannot be sent at all.
    if (error instanceof TypeError && !error.cause) throw new ConnectionError(error.message)
    throw new ConnectionError(`${new URL(url).origin} cannot be reached. Is it running?`)
  }
  const answer = parse(text)
  if (response.ok && (answer || text === '')) return answer
  if (!answer)
    throw new ConnectionError(`${new URL(url).origin} answered ${response.status}, and not in JSON. Is this Fairlead?`)
  throw new ConnectionError(explain(response.status, answer))
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * @param {number} status
 * @param {any} answer flat as ours, or Graph's
 */
function explain(status, answer) {
  const { error } = answer
  if (typeof error === 'string') {
    const shown = answer.send_url && `See it with: fairlead sends show ${answer.send_url.split('/').at(-1)}`
    return [error, answer.next_steps, shown].filter(Boolean).join(' ')
  }
  return [error?.message ?? `It answered ${status}.`, error?.error_data?.details].filter(Boolean).join('\n')
}
