import { type FetchedLink, fetchLink } from '../media/fetch-link.ts'
import type { Findings } from '../messages/define.ts'
import type { Simulation } from '../simulation.ts'
import type { Media, PhoneNumber } from '../state.ts'
import type { Failure } from './outcome.ts'

type Links = Findings['links']

/** Fetches what a message links to. Gives the media, or why one of them cannot be had. */
export async function fetchLinks(
  simulation: Simulation,
  number: PhoneNumber,
  links: Links,
): Promise<{ media: Media[] } | { failure: Failure }> {
  const media: Media[] = []
  const all: FetchedLink[] = await Promise.all(links.map((link) => fetchLink(simulation, number, link)))
  for (const fetched of all) {
    if ('failure' in fetched) {
      return { failure: { code: simulation.settings.switches.link_failure, details: fetched.failure } }
    }
    media.push(fetched.media)
  }
  return { media }
}

/** Why one of these links cannot be had, or null. What was fetched is kept for ten minutes, and not fetched again. */
export async function failureOfLinks(
  simulation: Simulation,
  number: PhoneNumber,
  links: Links,
): Promise<Failure | null> {
  const fetched = await fetchLinks(simulation, number, links)
  return 'failure' in fetched ? fetched.failure : null
}
