import { Readable } from 'node:stream'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonMembers } from '../lib/json-members.ts'
import { jsonObject } from '../lib/json-object.ts'
import type { GraphRequest } from '../meta/graph.ts'
import { overrules, type ProxyCall, printable } from './call.ts'
import { type Form, type FormPart, takeForm, writeForm } from './form.ts'

type Body = NonNullable<GraphRequest['body']>

/**
 * Gives the body of a call as it goes up: the bytes that came, JSON or a form; nothing for an empty one. A multipart
 * form waits on the disk meanwhile. `edit`: the parts that are passed on.
 * @throws ApiError bad_request when it is neither, or holds what Meta would take as orders about the request
 */
export async function withOutgoingBody<T>(
  context: Context,
  call: ProxyCall,
  use: (body: Body | undefined, parts: FormPart[]) => Promise<T>,
  edit: (parts: FormPart[]) => FormPart[] = (parts) => parts,
): Promise<T> {
  if (!(call.body instanceof Readable)) return use(plainBody(call), [])
  const form = await takeForm(call.body, call.contentType, context.spoolDir)
  try {
    const parts = edit(form.parts)
    return await use(formBody(context, form, parts), parts)
  } finally {
    await form.remove()
  }
}

/** A JSON object, or a form as browsers write it; nothing when there is no body. */
function plainBody({ body, contentType }: Pick<ProxyCall, 'body' | 'contentType'>): Body | undefined {
  if (!Buffer.isBuffer(body) || body.length === 0) return undefined
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) {
    refuseOrders([...new URLSearchParams(body.toString('utf8')).keys()])
    return { bytes: body, contentType: 'application/x-www-form-urlencoded' }
  }
  return jsonBody(body)
}

/** A body that must be a JSON object, whatever type it came under. */
export function jsonBody(body: ProxyCall['body']): Body & { bytes: Buffer } {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  if (!jsonObject(bytes)) throw new ApiError('bad_request', '(#100) The request body must be a JSON object.')
  refuseOrders(jsonMembers(bytes).map(({ key }) => key))
  return { bytes, contentType: 'application/json' }
}

function formBody(context: Context, form: Form, parts: FormPart[]): Body {
  refuseOrders(form.parts.map(({ name }) => name))
  const outgoing = writeForm(parts, `fairlead-${context.random(18).toString('base64url')}`)
  return { stream: outgoing.stream, length: outgoing.length, contentType: outgoing.contentType }
}

/** Graph reads a body as it reads a query: a token in it would stand before ours, a method before the request's. */
function refuseOrders(names: string[]): void {
  const order = names.find(overrules)
  if (order !== undefined) throw new ApiError('bad_request', `(#100) Unexpected parameter ${printable(order)}.`)
}
