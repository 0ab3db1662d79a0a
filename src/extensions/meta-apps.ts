import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { saveMetaApp } from '../access/save-meta-app.ts'
import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import * as projects from '../store/projects.ts'

/** `/fairlead/v1/meta_apps`: whose webhooks we take. Secrets are write-only. */
export function metaAppRoutes(plain: FastifyInstance, context: Context): void {
  const app = plain.withTypeProvider<ZodTypeProvider>()

  app.put(
    '/meta_apps/:slug',
    {
      schema: {
        summary: 'Set the secrets of a Meta app',
        params: z.object({
          slug: z.string().regex(/^[a-z0-9-]{1,64}$/, 'takes lower-case letters, digits and dashes'),
        }),
        body: z.object({
          app_secret: z.string().min(1).max(256),
          verify_token: z.string().min(1).max(256),
        }),
        response: { 200: z.object({ data: z.object({ id: z.string(), slug: z.string(), webhook_url: z.string() }) }) },
      },
    },
    async (request) => {
      const { slug } = request.params
      const { uuid } = await saveMetaApp(context, await projectFor(context, request), { slug, ...request.body })
      const path = slug === 'default' ? '' : `/${slug}`
      return { data: { id: uuid, slug, webhook_url: `${context.publicUrl()}/webhooks/meta${path}` } }
    },
  )
}

/** A project's key sets up its own project; an admin key the default one. */
async function projectFor({ store }: Context, { caller }: FastifyRequest): Promise<number> {
  if (caller?.kind === 'project' && caller.only === null) return caller.project_id
  if (caller?.kind !== 'admin') throw new ApiError('forbidden', "A number's own token cannot set up a Meta app.")
  const project = await projects.byNameOrId(store.db, projects.DEFAULT_PROJECT)
  if (!project) throw new ApiError('unprocessable', 'There is no default project')
  return project.id
}
