import { badParam } from '../graph-error.ts'
import type { MediaKind } from '../media/kinds.ts'
import type { Param } from '../param.ts'
import type { Findings } from './define.ts'

const CAPTION_LIMIT = 1024

/** Meta rule: a media object has an `id` or a `link`, never both. `extra`: the keys it may have besides. */
export function checkMediaObject(media: Param, kind: MediaKind, extra: readonly string[], findings: Findings): void {
  // `provider` is a leftover of the on-premise client, still sent with links; it means nothing here.
  media.object(['id', 'link', 'provider', ...extra], 100)
  const id = media.at('id')
  const link = media.at('link')
  if (id.given && link.given) throw badParam(`Param ${media.path} must have either id or link, not both.`)
  if (!id.given && !link.given) throw id.missing()
  if (id.given) findings.media.push({ id: id.text(), kind, path: id.path })
  else findings.links.push({ link: checkLink(link), kind })
  media.at('caption').optionalText({ max: CAPTION_LIMIT })
  media.at('filename').optionalText()
}

/** Meta rule: links are http or https. Returns the link. */
function checkLink(link: Param): string {
  const text = link.text()
  if (!isWebUrl(text)) throw badParam(`Param ${link.path} is not a valid URI.`)
  return text
}

export function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^\s/]/i.test(text) && URL.canParse(text)
}
