import type { Context } from '../context.ts'
import { ApiError } from '../errors.ts'
import { jsonMembers } from '../lib/json-members.ts'
import { jsonObject } from '../lib/json-object.ts'
import { readRecipient } from '../meta/recipient.ts'
import { abandonSend, RecipientBusy, resendSend } from '../store/commands/end-doubts.ts'
import type { PhoneNumberRow, SendRow } from '../store/tables.ts'
import { dispatch } from './dispatch.ts'
import { isTraceable } from './edits.ts'
import type { Ended } from './ended.ts'
import { refuseOutsideWindow } from './refuse-outside-window.ts'
import { inFlight, takeTurn } from './take-turn.ts'

/**
 * Somebody gives up on knowing what became of a send: nothing waits for it any longer, and it is not repeated under its
 * key either. A status that comes later is still written down.
 * @throws ApiError conflict when it is not in doubt, or was decided before
 */
export async function abandon({ store }: Context, send: Pick<SendRow, 'project_id' | 'id'>): Promise<void> {
  if (!(await store.write(abandonSend, send))) throw notInDoubt()
}

/**
 * Somebody decides that a send in doubt goes out again, and takes the risk that the customer gets it twice. The new send
 * has an id of its own and takes over the key of the old one. When nothing went out after all, the old one is in doubt
 * as before and may be decided about again.
 * @throws ApiError conflict, outside_window, message_in_flight
 */
export async function resend(context: Context, number: PhoneNumberRow, send: SendRow): Promise<Ended> {
  const { store, clock, numbers } = context
  const bytes = Buffer.from(send.body)
  const parsed = jsonObject(bytes) ?? {}
  const members = jsonMembers(bytes)
  const message = { bytes, members, parsed, type: send.type, recipient: readRecipient(parsed) }
  await refuseOutsideWindow(context, number, message)
  const accessToken = await numbers.accessToken(number)
  const end = await takeTurn(context, number, message.recipient)
  try {
    const id = store.ids.row()
    const own = parsed.biz_opaque_callback_data
    const traceable = number.trace_sends === 1 && isTraceable(own) ? 1 : 0
    const again = { id, uuid: store.ids.uuid(id), traceable } as const
    const since = clock.monotonic()
    const { project_id, version, edge } = send
    const decided = await store.write(resendSend, { project_id, id: send.id, again })
    if (!decided) throw notInDoubt()
    return await dispatch(context, number, {
      ...again,
      version,
      edge,
      bytes,
      members,
      own,
      since,
      accessToken,
      isGone: () => false,
    })
  } catch (error) {
    throw error instanceof RecipientBusy ? inFlight() : error
  } finally {
    end()
  }
}

const notInDoubt = () =>
  new ApiError('conflict', 'This send is not in doubt: its outcome is known, or it was decided about before.')
