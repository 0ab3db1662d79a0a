/** Randomness that is the same for the same seed; good for an order, for nothing else. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Does all of these in a random order, 32 at a time as keep-alive clients would. Gives the results in the order given. */
export async function mixRequests<T>(requests: Array<() => Promise<T>>, random: () => number): Promise<T[]> {
  const waiting = requests.map((_, index) => ({ index, at: random() })).sort((a, b) => a.at - b.at)
  const results: T[] = []
  const clients = Array.from({ length: 32 }, async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const result = await requests[next.index]?.()
      if (result !== undefined) results[next.index] = result
    }
  })
  await Promise.all(clients)
  return results
}
