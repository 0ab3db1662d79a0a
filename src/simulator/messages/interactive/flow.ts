import { hasEmoji } from '../../emoji.ts'
import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { defineInteractive } from '../define.ts'
import { ANY_HEADER } from './header.ts'

/** Meta rule: of the published schema; the guide only advises it. */
const CTA_LIMIT = 30

export const flow = defineInteractive({
  type: 'flow',
  headers: ANY_HEADER,
  body: { max: 1024, required: true },
  footer: true,
  action(action) {
    action.object(['name', 'parameters'])
    action.at('name').oneOf(['flow'], 131009)
    const parameters = action
      .at('parameters')
      .object([
        'flow_message_version',
        'flow_id',
        'flow_name',
        'flow_cta',
        'mode',
        'flow_token',
        'flow_action',
        'flow_action_payload',
      ])
    parameters.at('flow_message_version').oneOf(['3'], 131009)
    checkWhich(parameters.at('flow_id'), parameters.at('flow_name'))
    const cta = parameters.at('flow_cta').text({ max: CTA_LIMIT, invalid: 'Flow CTA' })
    if (hasEmoji(cta)) throw messagingError(131009, 'Flow CTA must not have emoji.')
    if (parameters.at('mode').given) parameters.at('mode').oneOf(['published', 'draft'], 131009)
    parameters.at('flow_token').optionalText()
    checkAction(parameters.at('flow_action'), parameters.at('flow_action_payload'))
  },
  look(action, { account, state }) {
    const parameters = action.at('parameters')
    const [id, name] = [parameters.at('flow_id').value, parameters.at('flow_name').value]
    const ofAccount = [...state.flows.values()].filter((one) => one.account_id === account.id)
    const flow = ofAccount.find((one) => one.id === id || one.name === name)
    if (!flow) throw messagingError(131009, `Flow ${String(id ?? name)} does not exist.`)
    const draft = parameters.at('mode').value === 'draft'
    if (flow.status === 'DEPRECATED' || (flow.status === 'DRAFT') !== draft) {
      throw messagingError(131009, `Flow ${flow.name} is ${flow.status} and cannot be sent in this mode.`)
    }
    return { flow }
  },
})

function checkWhich(id: Param, name: Param): void {
  if (id.given && name.given) throw messagingError(131009, `Only one of ${id.path} and ${name.path} may be given.`)
  if (name.given) name.text()
  else id.text()
}

function checkAction(action: Param, payload: Param): void {
  const named = action.given ? action.oneOf(['navigate', 'data_exchange'], 131009) : 'navigate'
  if (!payload.given) return
  if (named !== 'navigate') throw messagingError(131009, `Param ${payload.path} is only for the action navigate.`)
  payload.object(['screen', 'data'])
  payload.at('screen').optionalText()
  const data = payload.at('data')
  if (data.given && Object.keys(data.anyObject()).length === 0) {
    throw messagingError(131009, `Param ${data.path} must not be empty.`)
  }
}
