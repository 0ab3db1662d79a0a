import type { Context } from '../context.ts'
import { isoMicros, SECOND } from '../lib/clock.ts'
import { jsonObject } from '../lib/json-object.ts'
import type { GraphAnswer } from '../meta/graph.ts'
import { forgetGraphObject } from '../store/commands/graph-objects.ts'
import { noteMediaDeleted } from '../store/commands/media.ts'
import type { PhoneNumberRow } from '../store/tables.ts'
import { type ProxyAnswer, type ProxyCall, withoutScope } from './call.ts'
import { forward, keptHeaders, passOn } from './forward.ts'
import { signMediaGrant } from './media-token.ts'
import { forwardAsItCame } from './pass-through.ts'
import { type ObjectKind, type Owned, objectOwner } from './resolve.ts'
import { noteEdited } from './templates.ts'

/** How long a download link opens (Kapso rule). Seconds. */
const DOWNLOAD_LINK_LIFE = 240

/** `GET /{id}`: media, a template, a flow, a number and so on. Media gets links that need no key. */
export async function getObject(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const id = call.params.id ?? ''
  const { number, kind } = await objectOwner(context, call.caller, id, call.query)
  const answer = await forward(context, number, call, { method: 'GET', path: id, query: queryFor(kind, call.query) })
  const media = answer.status === 200 ? readMedia(answer) : null
  return media ? withDownloadLink(context, number, answer, media) : passOn(context, number, answer)
}

/** `POST /{id}`: a number's PIN, another text of a template, a flow's name, a group's subject. */
export async function updateObject(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const id = call.params.id ?? ''
  const owned = await objectOwner(context, call.caller, id, call.query)
  const answer = await forwardAsItCame(context, owned, call, id)
  if (owned.kind === 'template') await noteEdited(context, owned.number, id, call, answer)
  return answer
}

/** `DELETE /{id}`: media, a flow, a group. */
export async function deleteObject(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  return deleteOwned(context, await objectOwner(context, call.caller, call.params.id ?? '', call.query), call)
}

/** `DELETE /flows/{flow_id}`, which Meta knows as `DELETE /{flow_id}` (Kapso rule). */
export async function deleteFlow(context: Context, call: ProxyCall): Promise<ProxyAnswer> {
  const { number } = await objectOwner(context, call.caller, call.params.id ?? '', call.query)
  return deleteOwned(context, { number, kind: 'flow' }, call)
}

async function deleteOwned(context: Context, { number, kind }: Owned, call: ProxyCall): Promise<ProxyAnswer> {
  const id = call.params.id ?? ''
  const answer = await forward(context, number, call, { method: 'DELETE', path: id, query: queryFor(kind, call.query) })
  if (answer.status === 200) await forget(context, { project_id: number.project_id, id })
  return passOn(context, number, answer)
}

/** Meta takes a number's id beside the id of media, as a check of whose it is; elsewhere it is for us alone. */
function queryFor(kind: ObjectKind, query: Record<string, string>): Record<string, string> {
  const { phone_number_id } = query
  const checked = (kind === 'media' || kind === 'unknown') && phone_number_id !== undefined
  return { ...withoutScope(query), ...(checked && { phone_number_id }) }
}

/** What we know of an id goes with it; no answer fails for it. */
async function forget({ store, log }: Context, { project_id, id }: { project_id: number; id: string }): Promise<void> {
  await Promise.all([
    store.write(noteMediaDeleted, { project_id, media_id: id }),
    store.write(forgetGraphObject, { project_id, object_id: id }),
  ]).catch((error) => log.error({ err: error }, 'a deletion could not be recorded'))
}

type Media = { id: string; url: string; mime_type: string; sha256: string; file_size?: string | number }

/** Media is what has a `url`, a `mime_type` and a `sha256` (Kapso rule). */
function readMedia(answer: GraphAnswer): Media | null {
  if (!answer.body.includes('"mime_type"')) return null
  const body = jsonObject(answer.body)
  const texts = [body?.id, body?.url, body?.mime_type, body?.sha256]
  // The four texts are there, which is what makes it media.
  return texts.every((text) => typeof text === 'string') ? (body as Media) : null
}

/**
 * Clients of a gateway do not hold Meta's token, so Meta's own link is useless to them: both links become ours.
 * `file_size` is text here and a number at Meta.
 */
function withDownloadLink(context: Context, number: PhoneNumberRow, answer: GraphAnswer, media: Media): ProxyAnswer {
  const expires = Math.floor(context.clock.now() / SECOND) + DOWNLOAD_LINK_LIFE
  const token = signMediaGrant(context.vault.derive('media download'), {
    media_id: media.id,
    phone_number_id: number.phone_number_id,
    expires,
  })
  const url = `${context.publicUrl()}/meta/whatsapp/media_download?token=${token}`
  return {
    status: 200,
    headers: keptHeaders(answer),
    body: {
      ...media,
      url,
      ...(media.file_size !== undefined && { file_size: String(media.file_size) }),
      download_url: url,
      download_url_expires_at: isoMicros(expires * SECOND).replace('.000000', ''),
    },
  }
}
