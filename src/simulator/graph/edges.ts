import type { GraphObject } from '../state.ts'
import { listClientAccounts, listOwnedAccounts, readAccount, updateAccount } from './account/account.ts'
import { addPhoneNumber } from './account/add-phone-number.ts'
import { assignUser, listAssignedUsers, unassignUser } from './account/assigned-users.ts'
import { readBusiness } from './account/business.ts'
import { listCatalogs } from './account/product-catalogs.ts'
import { listSubscribedApps, subscribeApp, unsubscribeApp } from './account/subscribed-apps.ts'
import { readTemplateAnalytics } from './account/template-analytics.ts'
import { readApp, readSubscriptions, subscribeFields } from './app/subscriptions.ts'
import { continueUpload, readUploadSession, startUpload } from './app/uploads.ts'
import type { GraphCall } from './call.ts'
import { downloadAsset, listAssets, uploadAsset } from './flow/flow-assets.ts'
import { deprecateFlow, publishFlow } from './flow/flow-status.ts'
import { createFlow, deleteFlow, listFlows, readFlow, updateFlow } from './flow/flows.ts'
import { migrateFlows } from './flow/migrate-flows.ts'
import {
  createGroup,
  decideJoinRequests,
  deleteGroup,
  listGroups,
  listJoinRequests,
  readGroup,
  readInviteLink,
  removeParticipants,
  resetInviteLink,
  updateGroup,
} from './group/groups.ts'
import { deleteMedia, readMedia, uploadMedia } from './media/media.ts'
import { blockUsers, listBlockedUsers, unblockUsers } from './number/block-users.ts'
import { readOfficialAccount, syncBusinessApp } from './number/business-app.ts'
import { readProfile, updateProfile } from './number/business-profile.ts'
import { actOnCall, readCallPermissions } from './number/calls.ts'
import { readCommerceSettings, updateCommerceSettings } from './number/commerce-settings.ts'
import { updateAutomation } from './number/conversational-automation.ts'
import { readEncryption, updateEncryption } from './number/encryption.ts'
import { readMessageHistory } from './number/message-history.ts'
import { sendMarketingMessage, sendMessage } from './number/messages.ts'
import { readSettings, updateSettings } from './number/number-settings.ts'
import { listPhoneNumbers, readPhoneNumber, updatePhoneNumber } from './number/phone-number.ts'
import { deleteQrCode, listQrCodes, readQrCode, writeQrCode } from './number/qr-codes.ts'
import { deregister, register } from './number/registration.ts'
import { requestCode, verifyCode } from './number/verification.ts'
import { compareTemplates } from './template/compare-templates.ts'
import { previewTemplates } from './template/template-previews.ts'
import {
  createTemplate,
  deleteTemplates,
  editTemplate,
  listTemplates,
  readTemplate,
  unpauseTemplate,
} from './template/templates.ts'
import { upsertTemplates } from './template/upsert-templates.ts'

type Handler<Kind extends GraphObject['kind']> = (
  call: GraphCall,
  object: Extract<GraphObject, { kind: Kind }>,
) => unknown | Promise<unknown>

/** Every method and edge of every kind of object: what an id answers to. `/*`: whatever follows. */
const EDGES: { [Kind in GraphObject['kind']]: Record<string, Handler<Kind>> } = {
  app: {
    'GET ': readApp,
    'GET /subscriptions': readSubscriptions,
    'POST /subscriptions': subscribeFields,
    'POST /uploads': startUpload,
  },
  business: {
    'GET ': readBusiness,
    'GET /owned_whatsapp_business_accounts': listOwnedAccounts,
    'GET /client_whatsapp_business_accounts': listClientAccounts,
  },
  account: {
    'GET ': readAccount,
    'POST ': updateAccount,
    'GET /phone_numbers': listPhoneNumbers,
    'POST /phone_numbers': addPhoneNumber,
    'GET /message_templates': listTemplates,
    'POST /message_templates': createTemplate,
    'DELETE /message_templates': deleteTemplates,
    'GET /assigned_users': listAssignedUsers,
    'POST /assigned_users': assignUser,
    'DELETE /assigned_users': unassignUser,
    'GET /product_catalogs': listCatalogs,
    'GET /template_analytics': readTemplateAnalytics,
    'GET /flows': listFlows,
    'POST /flows': createFlow,
    'POST /migrate_flows': migrateFlows,
    'GET /message_template_previews': previewTemplates,
    'POST /upsert_message_templates': upsertTemplates,
    'GET /subscribed_apps': listSubscribedApps,
    'POST /subscribed_apps': subscribeApp,
    'DELETE /subscribed_apps': unsubscribeApp,
  },
  number: {
    'GET ': readPhoneNumber,
    'POST ': updatePhoneNumber,
    'POST /messages': sendMessage,
    'POST /marketing_messages': sendMarketingMessage,
    'POST /media': uploadMedia,
    'GET /message_history': readMessageHistory,
    'POST /smb_app_data': syncBusinessApp,
    'GET /official_business_account': readOfficialAccount,
    'GET /groups': listGroups,
    'POST /groups': createGroup,
    'POST /calls': actOnCall,
    'GET /call_permissions': readCallPermissions,
    'GET /message_qrdls': listQrCodes,
    'POST /message_qrdls': writeQrCode,
    'GET /message_qrdls/*': readQrCode,
    'POST /message_qrdls/*': writeQrCode,
    'DELETE /message_qrdls/*': deleteQrCode,
    'GET /block_users': listBlockedUsers,
    'POST /block_users': blockUsers,
    'DELETE /block_users': unblockUsers,
    'POST /request_code': requestCode,
    'POST /verify_code': verifyCode,
    'POST /register': register,
    'POST /deregister': deregister,
    'GET /whatsapp_business_profile': readProfile,
    'POST /whatsapp_business_profile': updateProfile,
    'GET /whatsapp_commerce_settings': readCommerceSettings,
    'POST /whatsapp_commerce_settings': updateCommerceSettings,
    'POST /conversational_automation': updateAutomation,
    'GET /settings': readSettings,
    'POST /settings': updateSettings,
    'GET /whatsapp_business_encryption': readEncryption,
    'POST /whatsapp_business_encryption': updateEncryption,
  },
  template: {
    'GET ': readTemplate,
    'POST ': editTemplate,
    'POST /unpause': unpauseTemplate,
    'GET /compare': compareTemplates,
  },
  media: {
    'GET ': readMedia,
    'DELETE ': deleteMedia,
  },
  flow: {
    'GET ': readFlow,
    'POST ': updateFlow,
    'DELETE ': deleteFlow,
    'GET /assets': listAssets,
    'POST /assets': uploadAsset,
    'GET /assets/*': downloadAsset,
    'POST /publish': publishFlow,
    'POST /deprecate': deprecateFlow,
  },
  upload: {
    'GET ': readUploadSession,
    'POST ': continueUpload,
  },
  group: {
    'GET ': readGroup,
    'POST ': updateGroup,
    'DELETE ': deleteGroup,
    'GET /invite_link': readInviteLink,
    'POST /invite_link': resetInviteLink,
    'DELETE /participants': removeParticipants,
    'GET /join_requests': listJoinRequests,
    'POST /join_requests': decideJoinRequests,
    'DELETE /join_requests': decideJoinRequests,
  },
}

/** What needs the permission to message rather than the one to manage, and no call of the account's budget. */
const MESSAGING = new Set(['/messages', '/marketing_messages', '/media', '/calls', '/call_permissions', '/groups'])

export type Edge = { handle(call: GraphCall): unknown; messaging: boolean }

/** What answers this method at this edge; undefined when nothing does. `edge`: empty for the object itself. */
export function edgeOf(object: GraphObject, method: string, edge: string): Edge | undefined {
  const handlers = EDGES[object.kind] as Record<string, Handler<GraphObject['kind']>>
  const keys = [`${method} ${edge}`, `${method} ${edge.replace(/\/[^/]+$/, '/*')}`]
  const key = keys.find((one) => Object.hasOwn(handlers, one))
  const handler = key === undefined ? undefined : handlers[key]
  if (!handler) return undefined
  return {
    handle: (call) => handler(call, object as never),
    messaging: object.kind === 'media' || object.kind === 'group' || MESSAGING.has(edge),
  }
}

/** Whether any method knows this edge. */
export function hasEdge(object: GraphObject, edge: string): boolean {
  return ['GET', 'POST', 'DELETE'].some((method) => edgeOf(object, method, edge) !== undefined)
}
