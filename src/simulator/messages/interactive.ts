import { badParam, messagingError } from '../graph/error.ts'
import type { Param } from '../param.ts'
import { defineMessage, type Findings, type InteractiveKind } from './define.ts'
import { interactiveKinds, kindsNotBuilt } from './interactive/index.ts'
import { checkMediaObject } from './media-object.ts'

const HEADER_LIMIT = 60
const FOOTER_LIMIT = 60

export const interactive = defineMessage({
  type: 'interactive',
  check(payload, findings) {
    const kind = kindOf(payload)
    payload.object(['type', 'header', 'body', 'footer', 'action'])
    checkHeader(payload.at('header'), kind, findings)
    checkBody(payload.at('body'), kind)
    checkFooter(payload.at('footer'), kind)
    const action = payload.at('action')
    action.anyObject()
    kind.action(action, findings)
  },
  look(payload, number) {
    kindOf(payload).look?.(payload.at('action'), number)
    return {}
  },
})

function kindOf(payload: Param): InteractiveKind {
  payload.anyObject()
  const type = payload.at('type')
  if (!type.given) throw type.missing()
  const kind = interactiveKinds.find((known) => known.type === type.value)
  if (kind) return kind
  if (kindsNotBuilt.some((known) => known === type.value)) {
    throw messagingError(131051, `Interactive messages of type ${type.value} are not simulated yet.`)
  }
  throw type.notOneOf([...interactiveKinds.map((known) => known.type), ...kindsNotBuilt], 131009)
}

function checkHeader(header: Param, kind: InteractiveKind, findings: Findings): void {
  if (!header.given) {
    if (kind.headerRequired) throw header.missing()
    return
  }
  if (kind.headers.length === 0) {
    throw messagingError(131009, `Header is not allowed for interactive type ${kind.type}.`)
  }
  header.object(['type', 'text', 'sub_text', 'image', 'video', 'document'])
  const type = header.at('type').oneOf(kind.headers, 131009)
  for (const other of ['text', 'image', 'video', 'document']) {
    if (other !== type && header.at(other).given) {
      throw messagingError(100, `Unexpected key "${other}" on param "${header.path}".`)
    }
  }
  if (type === 'text') {
    header.at('text').text({ max: HEADER_LIMIT, invalid: 'Header text' })
    header.at('sub_text').optionalText({ max: HEADER_LIMIT, invalid: 'Header sub text' })
    return
  }
  const media = header.at(type)
  if (!media.given) throw media.missing()
  checkMediaObject(media, type, type === 'document' ? ['filename'] : [], findings)
}

function checkBody(body: Param, kind: InteractiveKind): void {
  // Meta answers a missing body with 100 and this very sentence, unlike other missing parts.
  const text = body.at('text')
  if (!body.given) {
    if (kind.body.required) throw badParam(`The parameter ${text.path} is required.`)
    return
  }
  body.object(['text'])
  text.text({ max: kind.body.max, invalid: 'Body text', missing: 100 })
}

function checkFooter(footer: Param, kind: InteractiveKind): void {
  if (!footer.given) return
  if (!kind.footer) throw messagingError(131009, `Footer is not allowed for interactive type ${kind.type}.`)
  footer.object(['text'])
  footer.at('text').text({ max: FOOTER_LIMIT, invalid: 'Footer text' })
}
