import type { GraphObject } from '../state.ts'
import { readAccount } from './account.ts'
import type { GraphCall } from './call.ts'
import { deleteMedia, readMedia, uploadMedia } from './media.ts'
import { sendMessage } from './messages.ts'
import { listPhoneNumbers, readPhoneNumber } from './phone-number.ts'
import { createTemplate, deleteTemplates, listTemplates, readTemplate } from './templates.ts'

type Handler<Kind extends GraphObject['kind']> = (
  call: GraphCall,
  object: Extract<GraphObject, { kind: Kind }>,
) => unknown | Promise<unknown>

/** Every method and edge of every kind of object: what an id answers to. */
const EDGES: { [Kind in GraphObject['kind']]: Record<string, Handler<Kind>> } = {
  account: {
    'GET ': readAccount,
    'GET /phone_numbers': listPhoneNumbers,
    'GET /message_templates': listTemplates,
    'POST /message_templates': createTemplate,
    'DELETE /message_templates': deleteTemplates,
  },
  number: {
    'GET ': readPhoneNumber,
    'POST /messages': sendMessage,
    'POST /media': uploadMedia,
  },
  template: {
    'GET ': readTemplate,
  },
  media: {
    'GET ': readMedia,
    'DELETE ': deleteMedia,
  },
}

/** What answers this method at this edge; undefined when nothing does. `edge`: empty for the object itself. */
export function edgeOf(object: GraphObject, method: string, edge: string): ((call: GraphCall) => unknown) | undefined {
  const handlers = EDGES[object.kind] as Record<string, Handler<GraphObject['kind']>>
  const key = `${method} ${edge}`
  const handler = Object.hasOwn(handlers, key) ? handlers[key] : undefined
  return handler && ((call) => handler(call, object as never))
}

/** Whether any method knows this edge. */
export function hasEdge(object: GraphObject, edge: string): boolean {
  return Object.keys(EDGES[object.kind]).some((key) => key.split(' ')[1] === edge)
}
