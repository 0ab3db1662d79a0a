import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'

/** Kapso's page style: `page` from 1, `per_page` 20 unless asked otherwise and never more than 100. */
export const pageQuery = {
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce
    .number()
    .int()
    .min(1)
    .default(20)
    .transform((size) => Math.min(size, 100)),
}

export const pageMeta = z.object({
  page: z.number(),
  per_page: z.number(),
  total_pages: z.number(),
  total_count: z.number(),
})

/** The `meta` of a page; the same figures go into the headers, with links to the other pages. */
export function pageOf(
  request: FastifyRequest,
  reply: FastifyReply,
  publicUrl: string,
  { page, per_page, total }: { page: number; per_page: number; total: number },
): z.output<typeof pageMeta> {
  const total_pages = Math.max(1, Math.ceil(total / per_page))
  const url = new URL(request.url, publicUrl)
  url.searchParams.delete('access_token')
  const link = (rel: string, to: number) => {
    url.searchParams.set('page', String(to))
    return `<${publicUrl}${url.pathname}${url.search}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link('first', 1), link('prev', page - 1)] : []),
    ...(page < total_pages ? [link('next', page + 1), link('last', total_pages)] : []),
  ]
  reply.headers({
    'x-total': total,
    'x-total-pages': total_pages,
    'x-per-page': per_page,
    'x-page': page,
    ...(links.length > 0 && { link: links.join(', ') }),
  })
  return { page, per_page, total_pages, total_count: total }
}
