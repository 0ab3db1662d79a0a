import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonObject } from '../lib/json-object.ts'

/** What is asked of Meta about a number. */
const FIELDS = [
  'display_phone_number',
  'verified_name',
  'quality_rating',
  'code_verification_status',
  'name_status',
  'status',
  'whatsapp_business_manager_messaging_limit',
  'is_official_business_account',
  'is_pin_enabled',
]

/**
 * Asks Meta about a number, with the token that is to be used for it. `details` is empty where Meta told nothing.
 * @throws ApiError unprocessable when Meta refuses the token
 */
export async function describeNumber(
  context: Pick<Context, 'graph' | 'graphOrigin' | 'config'>,
  number: { phone_number_id: string; access_token: string; simulated: 0 | 1 },
): Promise<{ details: Record<string, unknown>; warnings: string[] }> {
  const outcome = await context.graph.request({
    origin: context.graphOrigin(number),
    method: 'GET',
    path: `/${context.config.graphVersion}/${number.phone_number_id}?fields=${FIELDS.join(',')}`,
    accessToken: number.access_token,
  })
  if (outcome.kind !== 'answered') {
    return { details: {}, warnings: ['Meta could not be reached, so nothing is known of the number yet.'] }
  }
  const body = jsonObject(outcome.body)
  if (outcome.status === 200 && body) {
    return { details: Object.fromEntries(FIELDS.map((field) => [field, body[field] ?? null])), warnings: [] }
  }
  const { code, message } = (body?.error ?? {}) as { code?: unknown; message?: unknown }
  if (outcome.status === 401 || code === 190) {
    throw new ApiError('unprocessable', `Access token was refused by Meta: ${String(message ?? 'no reason given')}`)
  }
  return {
    details: {},
    warnings: [`Meta did not describe the number: ${String(message ?? `status ${outcome.status}`)}`],
  }
}
