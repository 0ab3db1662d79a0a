/**
 * The `pricing` of a message's status webhooks, per-message pricing of July 2025. `category`: of the template; undefined
 * for a free-form message, which is only ever delivered inside the window.
 */
export function pricingOf(category: string | undefined, windowOpen: boolean): Record<string, unknown> {
  if (category === undefined) return pricing(false, 'free_customer_service', 'service')
  if (category === 'UTILITY' && windowOpen) return pricing(false, 'free_customer_service', 'utility')
  return pricing(true, 'regular', category.toLowerCase())
}

function pricing(billable: boolean, type: string, category: string): Record<string, unknown> {
  return { billable, pricing_model: 'PMP', category, type }
}
