import type { Context } from '../context.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import type { ProxyAnswer, ProxyCall } from './call.ts'
import { forward, passOn } from './forward.ts'
import { objectsIn, rememberObjects } from './graph-objects.ts'
import { withOutgoingBody } from './outgoing-body.ts'
import { numberOrAccount } from './resolve.ts'

/**
 * `GET` and `POST /{business_account_id}/flows`, and the same of a number: Meta knows flows of accounts only (Kapso
 * rule). What flows there are is remembered, because later they are named by their id alone.
 */
export async function flowsOf(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const { number } = await numberOrAccount(context, call.caller, call.params.id ?? '')
  return withOutgoingBody(context, call, async (body) => {
    const path = `${number.business_account_id}/flows`
    const request = { method: call.method, path, query: call.query, ...(body && { body }) }
    const answer = await forward(context, number, call, request)
    await rememberObjects(context, number, 'flow', flowIds(answer))
    return passOn(context, number, answer)
  })
}

/** Of a list, and of one that was made. */
function flowIds(answer: GraphAnswer): unknown[] {
  const { id, data } = objectsIn(answer)
  return [id, ...data.map((flow) => flow.id)]
}
