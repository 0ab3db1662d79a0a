import { interactiveKinds } from '../../messages/interactive/index.ts'
import { messageExamples } from '../message-examples.ts'
import { type Bound, changed, type Kind, type Message, x } from './changed.ts'
import { least } from './least.ts'
import { missing } from './missing.ts'
import { most } from './most.ts'
import { mostOfTemplates } from './most-of-templates.ts'
import { others } from './others.ts'

/** A message without its frame, and what Meta says to it: 200, or the code of the refusal. */
export type MessageCase = { about: string; message: Message; code: number }

/** At the bound it is accepted, `step` past it refused. */
const atAndPast = (bounds: Bound[], step: 1 | -1, word: string): MessageCase[] =>
  bounds.flatMap(([kind, what, limit, code, build]) => [
    { about: `${kind}: ${what}, ${word} ${limit}: ${limit}`, message: build(limit), code: 200 },
    { about: `${kind}: ${what}, ${word} ${limit}: ${limit + step}`, message: build(limit + step), code },
  ])

/** The parts that kinds of interactive messages share. */
const shared = interactiveKinds.flatMap(({ type, body, footer }): MessageCase[] => {
  const kind = type as Kind
  const withText = (part: 'body' | 'footer', n: number) => changed(kind, { [`interactive.${part}`]: { text: x(n) } })
  const longest = type === 'list' ? 4096 : 1024
  return [
    { about: `${type}: body of ${longest}`, message: withText('body', longest), code: 200 },
    { about: `${type}: body of ${longest + 1}`, message: withText('body', longest + 1), code: 131009 },
    {
      about: `${type} without body`,
      message: changed(kind, { 'interactive.body': undefined }),
      code: body.required ? 100 : 200,
    },
    { about: `${type}: footer of 60`, message: withText('footer', 60), code: footer ? 200 : 131009 },
    { about: `${type}: footer of 61`, message: withText('footer', 61), code: 131009 },
  ]
})

/** Every limit of a message at its value and one past it, and everything else that the rules allow or forbid. */
export const messageCases: MessageCase[] = [
  ...Object.entries(messageExamples).map(([kind, message]) => ({ about: `${kind}: the example`, message, code: 200 })),
  ...atAndPast([...most, ...mostOfTemplates], 1, 'at most'),
  ...atAndPast(least, -1, 'at least'),
  ...shared,
  ...missing.flatMap(([kind, code, ...paths]) =>
    paths.map((path) => ({ about: `${kind} without ${path}`, message: changed(kind, { [path]: undefined }), code })),
  ),
  ...others.map(([kind, what, code, changes]) => ({
    about: `${kind} with ${what}`,
    message: changed(kind, changes),
    code,
  })),
]
