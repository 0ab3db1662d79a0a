import { z } from 'zod'
import { ERROR_CODES } from '../error-codes.ts'
import type { Effect } from './define.ts'

const nothing = z.strictObject({})
const UNKNOWN_CODE = { path: ['code'], message: 'is not in the table; with details of your own it may be' }
const fails = (code: number) => ({ kind: 'fail', code }) as const

/** What becomes of a message that was answered with 200. */
export const messageFaults: readonly Effect[] = [
  {
    name: 'fail',
    stage: 'message',
    about:
      'The message fails with `code`: instead of being sent, or `after` it was sent or delivered. Any code of the table, or one of your own with `details`.',
    with: z
      .strictObject({
        code: z.number().int().positive(),
        details: z.string().max(1000).optional().describe('Wanted with a code that the table does not have'),
        after: z.enum(['sent', 'delivered']).optional(),
      })
      .refine(({ code, details }) => code in ERROR_CODES || details !== undefined, UNKNOWN_CODE),
    magic: {
      '1026': { code: 131026 },
      '1031': { code: 131031 },
      '1036': { code: 131036 },
      '1037': { code: 131037 },
      '1042': { code: 131042 },
      '1047': { code: 131047 },
      '1048': { code: 131048 },
      '1049': { code: 131049 },
      '1050': { code: 131050 },
      '1053': { code: 131053 },
      '2015': { code: 132015 },
      '7000': { code: 137000 },
      '0472': { code: 130472 },
      '0497': { code: 130497 },
      '9005': { code: 131026, after: 'delivered' },
    },
    quirk: ({ code, details, after }) => ({
      ...fails(Number(code)),
      details: details as string | undefined,
      after: after as 'sent' | 'delivered' | undefined,
    }),
  },
  {
    name: 'skip_status',
    stage: 'message',
    about: 'One status is never told, or `all` of them; the phone gets the message as ever.',
    with: z.strictObject({ status: z.enum(['sent', 'delivered', 'read', 'failed', 'all']) }),
    magic: { '9001': { status: 'delivered' } },
    quirk: ({ status }) => ({ kind: 'skip', status: String(status) }),
  },
  {
    name: 'swap_statuses',
    stage: 'message',
    about: '`delivered` is told before `sent`.',
    with: nothing,
    magic: { '9002': {} },
    quirk: () => ({ kind: 'swap' }),
  },
  {
    name: 'repeat_statuses',
    stage: 'message',
    about: 'Every status, `failed` too, is told `times` times.',
    with: z.strictObject({ times: z.number().int().min(2).max(100).default(2) }),
    magic: { '9003': {} },
    quirk: ({ times }) => ({ kind: 'repeat', times: Number(times) }),
  },
  {
    name: 'late_statuses',
    stage: 'message',
    about: 'Every status is told `ms` later, with its own timestamp; days, if you like.',
    with: z.strictObject({
      ms: z
        .number()
        .int()
        .min(1)
        .max(90 * 86_400_000),
    }),
    quirk: ({ ms }) => ({ kind: 'late', ms: Number(ms) }),
  },
  {
    name: 'phone_offline',
    stage: 'message',
    about: 'The phone is off: `sent`, and no more until the customer comes online.',
    with: nothing,
    magic: { '9004': {} },
    quirk: () => ({ kind: 'offline' }),
  },
  {
    name: 'unknown_status',
    stage: 'message',
    about: 'A status that is not documented comes after `sent`.',
    with: z.strictObject({ status: z.string().min(1).max(50).default('warning') }),
    quirk: ({ status }) => ({ kind: 'unknown_status', status: String(status) }),
  },
  {
    name: 'price_on_read',
    stage: 'message',
    about: 'Only `read` carries `pricing`.',
    with: nothing,
    quirk: () => ({ kind: 'price_on_read' }),
  },
  {
    name: 'early_timestamps',
    stage: 'message',
    about: 'Statuses are dated `seconds` before their time: clocks differ.',
    with: z.strictObject({ seconds: z.number().int().min(1).max(86_400) }),
    quirk: ({ seconds }) => ({ kind: 'early_timestamps', seconds: Number(seconds) }),
  },
]
