import swagger from '@fastify/swagger'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { MetaApps } from './access/meta-apps.ts'
import type { Context } from './context.ts'
import { flatBody } from './errors.ts'
import { apiKeyRoutes } from './extensions/api-keys.ts'
import { metaAppRoutes } from './extensions/meta-apps.ts'
import { phoneNumberSwitchRoutes } from './extensions/phone-numbers.ts'
import { sendRoutes } from './extensions/sends.ts'
import { asApiError } from './http/as-api-error.ts'
import { hearOut } from './http/hear-out.ts'
import { jsonSurface } from './http/json-surface.ts'
import { refuseInJson } from './http/refuse-in-json.ts'
import { intake } from './inbound/routes.ts'
import { guardConnections, onClientError, serverOptions } from './operations/connections.ts'
import { defaultLimits, type Limits } from './operations/limits.ts'
import { operationsRoutes } from './operations/routes.ts'
import { refuseWhileStopping } from './operations/stop.ts'
import { phoneNumberRoutes } from './platform/phone-numbers.ts'
import { changeBlockedUsers } from './proxy/block-users.ts'
import { updateBusinessProfile } from './proxy/business-profile.ts'
import { flowsOf } from './proxy/flows.ts'
import { listGroups } from './proxy/groups.ts'
import { uploadMedia } from './proxy/media.ts'
import { downloadMedia } from './proxy/media-download.ts'
import { postMarketingMessages, postMessages } from './proxy/messages.ts'
import { deleteFlow, deleteObject, getObject, updateObject } from './proxy/objects.ts'
import { passThrough } from './proxy/pass-through.ts'
import { listPhoneNumbers } from './proxy/phone-numbers.ts'
import { anyId, edge, id, item, proxySurface } from './proxy/surface.ts'
import { createTemplate, deleteTemplate, getTemplate, listTemplates, updateTemplate } from './proxy/templates.ts'

/** A flow's JSON may be 10 MB (Meta rule), and it comes as text within JSON. Bytes. */
const FLOW_LIMIT = 21 * 1024 * 1024

/** Every URL that Fairlead answers. */
export function buildApp(context: Context, metaApps: MetaApps, limits: Limits = defaultLimits): FastifyInstance {
  const app = bareApp(context, limits)

  app.register(async (scope) => operationsRoutes(scope, context))

  app.register((scope) => intake(scope, { context, metaApps }))

  app.register(async (scope) => {
    const proxy = proxySurface(scope, context)
    proxy.post(`/${id('phone_number_id')}/messages`, postMessages)
    proxy.post(`/${id('phone_number_id')}/marketing_messages`, postMarketingMessages)
    proxy.post(`/${id('phone_number_id')}/media`, uploadMedia)
    proxy.get(`/${id('business_account_id')}/phone_numbers`, listPhoneNumbers)
    proxy.get(`/${id('business_account_id')}/message_templates`, listTemplates)
    proxy.get(`/${id('business_account_id')}/message_templates/:template_id`, getTemplate)
    proxy.post(`/${id('business_account_id')}/message_templates`, createTemplate)
    proxy.put(`/${id('business_account_id')}/message_templates`, updateTemplate)
    proxy.delete(`/${id('business_account_id')}/message_templates`, deleteTemplate)
    proxy.post(`/${id('phone_number_id')}/whatsapp_business_profile`, updateBusinessProfile)
    proxy.post(`/${id('phone_number_id')}/block_users`, changeBlockedUsers)
    proxy.delete(`/${id('phone_number_id')}/block_users`, changeBlockedUsers)
    proxy.get(`/${id('phone_number_id')}/groups`, listGroups)
    proxy.get(`/${id('id')}/flows`, flowsOf)
    proxy.post(`/${id('id')}/flows`, flowsOf, FLOW_LIMIT)
    proxy.delete(`/flows/${id('id')}`, deleteFlow)
    proxy.get(`/${anyId('id')}`, getObject)
    proxy.post(`/${anyId('id')}`, updateObject)
    proxy.delete(`/${anyId('id')}`, deleteObject)
    proxy.any(`/${anyId('id')}/${edge('edge')}`, passThrough)
    proxy.any(`/${id('id')}/:edge(^message_qrdls$)/${item('item')}`, passThrough)
    proxy.open('/media_download', downloadMedia)
  })

  app.register(
    async (scope) => {
      jsonSurface(scope, context)
      phoneNumberRoutes(scope, context)
    },
    { prefix: '/platform/v1' },
  )

  app.register(
    async (scope) => {
      jsonSurface(scope, context)
      apiKeyRoutes(scope, context)
      metaAppRoutes(scope, context)
      sendRoutes(scope, context)
      phoneNumberSwitchRoutes(scope, context)
    },
    { prefix: '/fairlead/v1' },
  )

  app.get('/openapi.json', async () => app.swagger())
  return app
}

/** The server without its URLs: no answer is ever anything but JSON, or the bytes of a file. */
function bareApp(context: Context, limits: Limits): FastifyInstance {
  const app = fastify({
    bodyLimit: 1024 * 1024,
    http: { ...serverOptions(limits), requireHostHeader: false },
    keepAliveTimeout: limits.keepAliveMs,
    clientErrorHandler: onClientError(context),
    // A published client asks for a list with a slash at the end.
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: true },
    // A request that is still being answered is finished; connections without one are closed at once.
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const refusal = asApiError(error, context)
      reply.code(refusal.status).send(flatBody(refusal))
    },
  })
  context.requests.follow(app)
  guardConnections(app, context, limits)
  refuseWhileStopping(app, context)
  refuseInJson(app)
  hearOut(app, context.clock)
  app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'Fairlead', version: '0.1.0' } },
    transform: jsonSchemaTransform,
  })
  app.addHook('onResponse', ({ method, routeOptions }, { statusCode: status, elapsedTime: ms }, done) => {
    // The route's pattern, not the address: addresses hold ids, tokens and phone numbers.
    const route = routeOptions.url ?? 'none'
    context.metrics.answered(route, method, status, ms)
    context.log.debug({ method, route, status, ms: Math.round(ms) })
    done()
  })
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = asApiError(error, context)
    return reply
      .code(refusal.status)
      .headers(refusal.details.headers ?? {})
      .send(flatBody(refusal))
  })
  app.setNotFoundHandler(async (request, reply) => {
    const message = 'Unknown path'
    // The Meta-compatible surface words this as Graph does (Kapso rule).
    const graph = /^\/(meta\/whatsapp|api\/meta)\//.test(request.url)
    return reply.code(404).send({ error: graph ? { message, type: 'OAuthException', code: 404 } : message })
  })
  return app
}
