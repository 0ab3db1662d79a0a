import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import { defineInteractive, type Findings } from '../define.ts'
import { checkHeader } from './header.ts'
import { checkSomeProduct, findCatalog } from './products.ts'
import { checkReplyButtons } from './reply-buttons.ts'
import { checkCount } from './shared-rules.ts'
import { checkUrlButton } from './url-button.ts'

const LINE_BREAKS_LIMIT = 2

export const carousel = defineInteractive({
  type: 'carousel',
  headers: [],
  body: { max: 1024, required: true },
  footer: false,
  action(action, findings) {
    const cards = action.object(['cards']).at('cards').list()
    checkCount('cards', cards.length, 2, 10)
    const layouts = cards.map((card) => checkCard(card, findings))
    checkIndexes(cards)
    if (new Set(layouts).size > 1) {
      throw messagingError(131009, 'All cards must have the same type, the same header and the same buttons.')
    }
    const catalogs = cards.map((card) => card.at('action').at('catalog_id').value)
    if (new Set(catalogs).size > 1) throw messagingError(131009, 'All cards must be of the same catalog.')
  },
  look(action, { account }) {
    const products = action
      .at('cards')
      .list()
      .map((card) => card.at('action'))
    const [first] = products
    if (!first?.at('catalog_id').given) return {}
    const catalog = findCatalog(account, first.at('catalog_id'))
    checkSomeProduct(
      products.map((product) => product.at('product_retailer_id')),
      catalog,
    )
    return {}
  },
})

/** Returns what must be the same on every card. */
function checkCard(card: Param, findings: Findings): string {
  card.object(['card_index', 'type', 'header', 'body', 'action'])
  const type = card.at('type').oneOf(['cta_url', 'product'], 131009)
  return type === 'product' ? checkProductCard(card) : checkMediaCard(card, findings)
}

function checkProductCard(card: Param): string {
  card.object(['card_index', 'type', 'action'])
  const action = card.at('action').object(['product_retailer_id', 'catalog_id'])
  action.at('product_retailer_id').text()
  action.at('catalog_id').text()
  return 'product'
}

/** Meta rule: cards with quick replies are of type `cta_url` too. */
function checkMediaCard(card: Param, findings: Findings): string {
  const header = card.at('header')
  if (!header.given) throw header.missing()
  const format = checkHeader(header, ['image', 'video'], findings)
  if (card.at('body').given) checkCardBody(card.at('body'))
  const action = card.at('action')
  action.anyObject()
  if (!action.at('buttons').given) {
    checkUrlButton(action)
    return `${format} with a link`
  }
  action.object(['buttons'])
  return `${format} with ${checkReplyButtons(action.at('buttons'), 'quick_reply')} replies`
}

function checkCardBody(body: Param): void {
  const text = body.object(['text']).at('text').text({ max: 160, invalid: 'Card body text' })
  if (text.split('\n').length - 1 > LINE_BREAKS_LIMIT) {
    throw messagingError(131009, `Card body text has too many line breaks. Max allowed: ${LINE_BREAKS_LIMIT}`)
  }
}

function checkIndexes(cards: Param[]): void {
  const indexes = cards.map((card) => card.at('card_index').integerBetween(0, 9)).sort((a, b) => a - b)
  if (indexes.every((index, place) => index === place)) return
  throw messagingError(131009, 'Param card_index must count the cards from 0 on, without a gap.')
}
