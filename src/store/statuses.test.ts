import fc from 'fast-check'
import { expect, test } from 'vitest'
import { project } from './statuses.ts'

const after = (reports: string[]) => reports.reduce(project, 'pending' as ReturnType<typeof project>)

test.each([
  [['sent', 'delivered', 'read'], 'read'],
  [['read', 'sent', 'delivered'], 'read'],
  [['delivered'], 'delivered'],
  [['sent', 'failed', 'delivered'], 'failed'],
  [['played', 'warning', 'deleted'], 'pending'],
  [[], 'pending'],
] as const)('%j makes %s', (reports, status) => {
  expect(after([...reports])).toBe(status)
})

test('any order of the same reports, with any repeats, gives the same status', () => {
  const report = fc.constantFrom('sent', 'delivered', 'read', 'failed', 'played')
  const shuffled = fc.array(report).chain((reports) => {
    const again = [...reports, ...reports]
    return fc.tuple(fc.constant(reports), fc.shuffledSubarray(again, { minLength: again.length }))
  })
  fc.assert(
    fc.property(shuffled, ([reports, others]) => {
      expect(after(others)).toBe(after(reports))
    }),
  )
})
