import type { Context } from '../context.ts'
import { type ApiError, errors, flatBody } from '../errors.ts'

/** A refusal of ours in the form that clients of this surface expect: flat as Kapso's, or Graph's (Kapso rule). */
export function renderError({ config, random }: Context, error: ApiError): Record<string, unknown> {
  const kind = errors[error.code]
  const graph = kind.family === 'graph' || (error.code === 'outside_window' && config.windowError === 'graph')
  if (!graph) return flatBody(error)
  const code = 'graphCode' in kind ? kind.graphCode : error.status
  return {
    error: {
      message: error.message,
      type: 'type' in kind ? kind.type : 'OAuthException',
      code,
      ...(error.code === 'outside_window' && { error_subcode: code }),
      fbtrace_id: `A${random(16).toString('base64url')}`,
    },
  }
}
