/**
 * Every way in which Fairlead itself refuses a request. Throw one in the middle; each surface words it once at its edge.
 * `family` is the form on the Meta-compatible surface: `flat` as Kapso refuses, `graph` as Meta does (Kapso rule: the
 * gateway's own refusals are flat, what could not be found or read is Graph-shaped).
 */
export const errors = {
  bad_request: { status: 400, family: 'graph', type: 'OAuthException', graphCode: 100 },
  invalid_api_key: { status: 401, family: 'flat' },
  forbidden: { status: 403, family: 'flat' },
  sandbox_refused: { status: 403, family: 'graph', type: 'OAuthException', graphCode: 403 },
  not_found: { status: 404, family: 'graph', type: 'OAuthException', graphCode: 404 },
  media_not_found: { status: 404, family: 'flat' },
  conflict: { status: 409, family: 'flat' },
  message_in_flight: { status: 409, family: 'flat' },
  idempotency_key_in_use: { status: 409, family: 'flat' },
  payload_too_large: { status: 413, family: 'flat' },
  unsupported_media_type: { status: 415, family: 'flat' },
  outside_window: { status: 422, family: 'flat', type: 'MessageError', graphCode: 131047 },
  idempotency_key_reused: { status: 422, family: 'flat' },
  messaging_account_mismatch: { status: 422, family: 'flat' },
  unprocessable: { status: 422, family: 'flat' },
  rate_limited: { status: 429, family: 'flat' },
  internal: { status: 500, family: 'flat' },
  upstream_unreachable: { status: 502, family: 'flat' },
  outcome_in_doubt: { status: 502, family: 'flat' },
  media_download_failed: { status: 502, family: 'flat' },
  unavailable: { status: 503, family: 'flat' },
  upstream_timeout: { status: 504, family: 'flat' },
} as const satisfies Record<string, ErrorKind>

type ErrorKind = { status: number; family: 'flat' | 'graph'; type?: string; graphCode?: number }

export type ErrorCode = keyof typeof errors

export type ErrorDetails = {
  /** Instead of the code's own. */
  status?: number
  /** More about it, for people. */
  message?: string
  /** What to do about it, for people. */
  next_steps?: string
  /** A code for programs, where the contract has one. */
  code?: string
  /** Where to read what becomes of the send. */
  send_url?: string
  headers?: Record<string, string>
}

export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ErrorCode
  readonly status: number
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message)
    this.code = code
    this.status = details.status ?? errors[code].status
    this.details = details
  }
}

/** `{"error": "…", …}`, as Kapso refuses. */
export function flatBody({ message, details }: ApiError): Record<string, string> {
  return {
    error: message,
    ...(details.code && { code: details.code }),
    ...(details.message && { message: details.message }),
    ...(details.next_steps && { next_steps: details.next_steps }),
    ...(details.send_url && { send_url: details.send_url }),
  }
}
