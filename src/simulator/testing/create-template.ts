import { ACCOUNT, type TestSimulator } from './test-simulator.ts'

export const TEMPLATES_EDGE = `/${ACCOUNT}/message_templates`

let count = 0

/** Creates a template that holds, under a name of its own, but for what is given. */
export function createTemplateOn(simulator: TestSimulator, more: Record<string, unknown>) {
  return simulator.graph('POST', TEMPLATES_EDGE, {
    name: `template_${++count}`,
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your order is ready.' }],
    ...more,
  })
}
