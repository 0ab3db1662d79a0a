import { messagingError } from '../../graph-error.ts'
import type { Param } from '../../param.ts'
import type { Findings, HeaderType } from '../define.ts'
import { checkMediaObject } from '../media-object.ts'

/** Meta rule: what most kinds take as a header. */
export const ANY_HEADER: readonly HeaderType[] = ['text', 'image', 'video', 'document']

const HEADER_LIMIT = 60

/** A header that is there, of one of the types its message or card takes. Returns the type. */
export function checkHeader(header: Param, types: readonly HeaderType[], findings: Findings): HeaderType {
  header.object(['type', 'sub_text', ...ANY_HEADER])
  const type = header.at('type').oneOf(types, 131009)
  for (const other of ANY_HEADER) {
    if (other !== type && header.at(other).given) {
      throw messagingError(100, `Unexpected key "${other}" on param "${header.path}".`)
    }
  }
  if (type === 'text') {
    header.at('text').text({ max: HEADER_LIMIT, invalid: 'Header text' })
    header.at('sub_text').optionalText({ max: HEADER_LIMIT, invalid: 'Header sub text' })
    return type
  }
  const media = header.at(type)
  if (!media.given) throw media.missing()
  checkMediaObject(media, type, type === 'document' ? ['filename'] : [], findings)
  return type
}
