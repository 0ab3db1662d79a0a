import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { type ProxyAnswer, type ProxyCall, withoutScope } from './call.ts'
import { forward, passOn } from './forward.ts'
import { withOutgoingBody } from './outgoing-body.ts'
import { type ObjectKind, type Owned, objectOwner } from './resolve.ts'

/** What hangs on objects other than numbers and accounts. An id not seen before may be any of them. */
const OBJECT_EDGES = new Map<string, ObjectKind>([
  ['assets', 'flow'],
  ['publish', 'flow'],
  ['deprecate', 'flow'],
  ['compare', 'template'],
  ['unpause', 'template'],
  ['invite_link', 'group'],
  ['participants', 'group'],
  ['join_requests', 'group'],
])

/** Answered from our own store at Kapso's, so that Meta never hears of them (Kapso rule). */
const NOT_METAS = /^(GET (messages|calls)|[A-Z]+ (conversations|contacts))$/

/**
 * `/{id}/{edge}` and `/{id}/{edge}/{item}` of whatever Meta has: as it came, with the number's token. Under a number
 * or an account any edge, known to us or new; under another object only those that such objects have.
 */
export async function passThrough(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const { id = '', edge = '', item } = call.params
  const owned = await objectOwner(context, call.caller, id, call.query)
  if (!isMetas(call.method, edge, owned.kind)) throw new ApiError('not_found', 'Unknown path')
  const path = item === undefined ? `${id}/${edge}` : `${id}/${edge}/${item}`
  return forwardAsItCame(context, owned, call, path)
}

/** One call, whatever its body, to `path`. Which number was meant is of no interest to Meta. */
export function forwardAsItCame(
  context: Context,
  { number }: Pick<Owned, 'number'>,
  call: ProxyCall,
  path: string,
): Promise<ProxyAnswer> {
  return withOutgoingBody(context, call, async (body) => {
    const query = withoutScope(call.query)
    const answer = await forward(context, number, call, { method: call.method, path, query, ...(body && { body }) })
    return passOn(context, number, answer)
  })
}

function isMetas(method: string, edge: string, kind: ObjectKind): boolean {
  if (kind === 'number' || kind === 'account') return !NOT_METAS.test(`${method} ${edge}`)
  const holder = OBJECT_EDGES.get(edge)
  return holder !== undefined && (kind === 'unknown' || kind === holder)
}
