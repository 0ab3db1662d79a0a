import { listApps, setCallback } from './apps.ts'
import {
  addToken,
  changeAccount,
  changeFlow,
  changePhoneNumber,
  changeTemplate,
  changeToken,
  listAccounts,
  listNumbers,
  listTokens,
} from './business.ts'
import { advanceClock, readClock, setClock } from './clock.ts'
import {
  changeCustomer,
  changeNumber,
  customerCalls,
  customerSays,
  listCustomers,
  openChat,
  playVoice,
  readCustomer,
  readPhone,
} from './customers.ts'
import type { ControlRoute } from './define.ts'
import { joinGroup, listGroups } from './groups.ts'
import { changeFile, readFile } from './media.ts'
import { addRule, listEffects, listRules, removeRule, removeRules } from './rules.ts'
import { readSettings, setSettings } from './settings.ts'
import { exportState, health, importState, resetState } from './state.ts'
import { startStorm } from './storms.ts'
import { listWebhooks, replayWebhook, sendWebhook } from './webhooks.ts'

/** Every call of the control API. */
export const controlRoutes: readonly ControlRoute[] = [
  health,
  readClock,
  setClock,
  advanceClock,
  readSettings,
  setSettings,
  listRules,
  addRule,
  removeRules,
  removeRule,
  listEffects,
  listCustomers,
  readCustomer,
  changeCustomer,
  customerSays,
  readPhone,
  openChat,
  playVoice,
  changeNumber,
  customerCalls,
  startStorm,
  listWebhooks,
  sendWebhook,
  replayWebhook,
  listApps,
  setCallback,
  listAccounts,
  changeAccount,
  listNumbers,
  changePhoneNumber,
  changeTemplate,
  changeFlow,
  listGroups,
  joinGroup,
  listTokens,
  addToken,
  changeToken,
  readFile,
  changeFile,
  exportState,
  importState,
  resetState,
]
