type Health = 'AVAILABLE' | 'LIMITED' | 'BLOCKED'
type Entity = { entity_type: string; id: string; can_send_message: Health; errors?: unknown[] }

const WORSE: Health[] = ['AVAILABLE', 'LIMITED', 'BLOCKED']

export function healthOf(entity_type: string, id: string, can_send_message: Health, errors?: unknown[]): Entity {
  return { entity_type, id, can_send_message, ...(errors ? { errors } : {}) }
}

/** Meta rule: `health_status` as a whole is that of its worst entity. */
export function worstOf(entities: Entity[]): { can_send_message: Health; entities: Entity[] } {
  const worst = Math.max(...entities.map((entity) => WORSE.indexOf(entity.can_send_message)))
  return { can_send_message: WORSE[worst] ?? 'AVAILABLE', entities }
}
