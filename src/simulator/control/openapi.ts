import { z } from 'zod'
import type { ControlRoute } from './define.ts'
import { controlRoutes } from './index.ts'

type Json = Record<string, unknown>

/** The OpenAPI document of the control API, read off its routes. */
export function controlDocument(): Json {
  const paths: Record<string, Json> = {}
  for (const route of controlRoutes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Simulated Meta: control API',
      version: '1',
      description: 'What a person or a test does to the simulated world. On this machine only.',
    },
    servers: [{ url: '/simulator/v1' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-API-Key' } } },
    paths,
  }
}

function operationOf(route: ControlRoute): Json {
  const refusal = (description: string) => ({
    description,
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: {
            error: { type: 'object', properties: { message: { type: 'string' }, field: { type: 'string' } } },
          },
        },
      },
    },
  })
  return {
    summary: route.summary,
    operationId: `${route.method.toLowerCase()}${route.path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body ? { requestBody: { content: { 'application/json': { schema: schemaOf(route.body) } } } } : {}),
    ...(route.open ? { security: [] } : {}),
    responses: {
      [route.status ?? 200]: { description: route.answers },
      ...(route.body || route.query ? { 400: refusal('Something makes no sense; `field` names it.') } : {}),
      ...(route.params ? { 404: refusal('There is no such thing.') } : {}),
    },
  }
}

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema) as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function schemaOf(schema: z.ZodType): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return json
}
