import { templateError } from '../../graph-error.ts'
import { isRecord } from '../../param.ts'
import type { State } from '../../state.ts'
import { isOurs, uploadWith } from '../app/uploads.ts'

const TYPES: Record<string, RegExp> = { IMAGE: /^image\//, VIDEO: /^video\//, GIF: /^video\//, DOCUMENT: /pdf$/ }

/**
 * Meta rule: the example of a media header is an uploaded file of its kind. Ours: only handles given out here are looked
 * up; links, and handles that Meta itself gave, count as they are.
 */
export function checkHeaderHandles(state: State, components: readonly unknown[]): void {
  for (const component of components.filter(isRecord)) {
    if (Array.isArray(component.cards)) {
      for (const card of component.cards.filter(isRecord)) {
        if (Array.isArray(card.components)) checkHeaderHandles(state, card.components)
      }
    }
    if (component.type === 'HEADER' && isRecord(component.example)) {
      checkHandle(state, String(component.format), component.example.header_handle)
    }
  }
}

function checkHandle(state: State, format: string, given: unknown): void {
  const handle = Array.isArray(given) ? given[0] : given
  if (typeof handle !== 'string' || !isOurs(handle)) return
  const upload = uploadWith(state, handle)
  if (upload && (TYPES[format]?.test(upload.file_type) ?? true)) return
  const text = 'The type of file is not supported. Upload the sample again and use the handle of that upload.'
  throw templateError(2388084, 'File type not supported', text)
}
