/** What a refusal looks like on the Graph surface. Thrown anywhere, rendered in one place. */
export class GraphError extends Error {
  readonly status: number
  readonly error: Record<string, unknown>

  constructor(status: number, error: { message: string; type?: string; code: number } & Record<string, unknown>) {
    super(error.message)
    this.status = status
    this.error = { type: 'OAuthException', ...error }
  }
}

// Titles and HTTP statuses as Meta's error table gives them.
const MESSAGING_ERRORS = {
  100: { title: 'Invalid parameter', status: 400 },
  131008: { title: 'Required parameter is missing', status: 400 },
  131009: { title: 'Parameter value is not valid', status: 400 },
  131021: { title: 'Recipient cannot be sender', status: 400 },
  131026: { title: 'Message undeliverable', status: 400 },
  131041: { title: 'Group unknown', status: 400 },
  131047: { title: 'Re-engagement message', status: 400 },
  131051: { title: 'Unsupported message type', status: 400 },
  131053: { title: 'Media upload error', status: 400 },
  131059: { title: 'Invalid cursor', status: 400 },
  132000: { title: 'Number of parameters does not match the expected number of params', status: 400 },
  132001: { title: 'Template name does not exist in the translation', status: 404 },
  132005: { title: 'Translated text too long', status: 400 },
  132012: { title: 'Parameter format does not match format in the created template', status: 400 },
  132015: { title: 'Template is Paused', status: 400 },
  132016: { title: 'Template is Disabled', status: 400 },
  132018: { title: "There's an issue with the parameters in your template", status: 400 },
} as const

export type MessagingCode = keyof typeof MESSAGING_ERRORS

/** A refused send: Meta's title with its code, and the details that say what is wrong. */
export function messagingError(code: MessagingCode, details: string): GraphError {
  const { title, status } = MESSAGING_ERRORS[code]
  const error_data = { messaging_product: 'whatsapp', details }
  return new GraphError(status, { message: `(#${code}) ${title}`, code, error_data })
}

/** The error inside a `failed` status webhook. */
export function statusError(code: MessagingCode, details: string): Record<string, unknown> {
  const { title } = MESSAGING_ERRORS[code]
  return {
    code,
    title,
    message: title,
    error_data: { details },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  }
}

/** A parameter of the wrong type or length, said in one sentence: `(#100) Param text['body'] must be a string.` */
export function badParam(sentence: string): GraphError {
  return new GraphError(400, { message: `(#100) ${sentence}`, code: 100 })
}

/** An id that names nothing this token can see, or something that cannot do this. */
export function unknownObject(method: string, id: string): GraphError {
  const verb = method === 'GET' || method === 'HEAD' ? 'get' : method.toLowerCase()
  return new GraphError(400, {
    message: `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
    type: 'GraphMethodException',
    code: 100,
    error_subcode: 33,
  })
}

/** A path that leads nowhere. */
export function unknownPath(path: string): GraphError {
  return new GraphError(400, { message: `Unknown path components: ${path}`, code: 2500 })
}

/** A refused template creation: no `(#100)` prefix, a subcode, and a title and text for people. */
export function templateError(subcode: number, title: string, text: string, more: Record<string, unknown> = {}) {
  return new GraphError(400, {
    message: 'Invalid parameter',
    code: 100,
    error_subcode: subcode,
    is_transient: false,
    error_user_title: title,
    error_user_msg: text,
    ...more,
  })
}
