import type { IncomingHttpHeaders } from 'node:http'
import type { Credentials } from './authenticate.ts'

/** What a request brought to identify itself. `query`: parsed, where `access_token` is accepted as a bearer. */
export function readCredentials(headers: IncomingHttpHeaders, query: unknown): Credentials {
  const apiKey = headers['x-api-key']
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1]
  const inQuery =
    typeof query === 'object' && query !== null && 'access_token' in query ? query.access_token : undefined
  return {
    api_key: Array.isArray(apiKey) ? apiKey.join(',') : apiKey,
    bearer: bearer ?? (typeof inQuery === 'string' ? inQuery : undefined),
  }
}
