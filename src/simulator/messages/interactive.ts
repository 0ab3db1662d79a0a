import { badParam, messagingError } from '../graph-error.ts'
import type { Param } from '../param.ts'
import { defineMessage, type Findings, type InteractiveKind } from './define.ts'
import { checkHeader } from './interactive/header.ts'
import { interactiveKinds } from './interactive/index.ts'

const FOOTER_LIMIT = 60

export const interactive = defineMessage({
  type: 'interactive',
  check(payload, findings) {
    const kind = kindOf(payload)
    payload.object(['type', 'header', 'body', 'footer', 'action'])
    checkHeaderOf(kind, payload.at('header'), findings)
    checkBody(payload.at('body'), kind)
    checkFooter(payload.at('footer'), kind)
    const action = payload.at('action')
    action.anyObject()
    kind.action(action, findings)
  },
  look: (payload, place) => kindOf(payload).look?.(payload.at('action'), place) ?? {},
})

function kindOf(payload: Param): InteractiveKind {
  payload.anyObject()
  const type = payload.at('type')
  if (!type.given) throw type.missing()
  const kind = interactiveKinds.find((known) => known.type === type.value)
  if (kind) return kind
  throw type.notOneOf(
    interactiveKinds.map((known) => known.type),
    131009,
  )
}

function checkHeaderOf(kind: InteractiveKind, header: Param, findings: Findings): void {
  if (!header.given) {
    if (kind.headerRequired) throw header.missing()
    return
  }
  if (kind.headers.length === 0) {
    throw messagingError(131009, `Header is not allowed for interactive type ${kind.type}.`)
  }
  checkHeader(header, kind.headers, findings)
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
