import * as contacts from '../../../src/store/contacts.ts'
import * as windows from '../../../src/store/customer-service-windows.ts'
import { defineCommand } from '../../../src/store/writer.ts'
import { startGateway } from '../../support/start-gateway.ts'
import { CUSTOMERS, customer, wroteLately } from '../sends.ts'
import { report } from './report.ts'

/**
 * Fairlead itself, every send durable: SQLite (WAL, synchronous = FULL), or PostgreSQL where TEST_POSTGRES names one.
 * Its customers are known, and most of them wrote lately. Arguments: where Meta is; `empty` for no customers.
 */
const [graphUrl = '', customers] = process.argv.slice(2)
const gateway = await startGateway({
  graphUrl,
  // Counted as always, and never reached.
  env: { FAIRLEAD_RATE_LIMIT: '999999999' },
})

const customersWrote = defineCommand('customers-wrote', (tx, { indexes, at }: { indexes: number[]; at: number }) =>
  Promise.all(
    indexes.map(async (index) => {
      const person = { wa_id: customer(index), user_id: null, profile_name: `Customer ${index}` }
      const contact = await contacts.ensure(tx, number.project_id, person, at)
      await windows.open(tx, { project_id: number.project_id, phone_number: number.id, contact, at })
    }),
  ),
)
const { store, clock } = gateway.context
const number = await store.db.query.selectFrom('phone_numbers').selectAll().executeTakeFirstOrThrow()
const wrote = customers === 'empty' ? [] : Array.from({ length: CUSTOMERS }, (_, index) => index).filter(wroteLately)
while (wrote.length > 0) await store.write(customersWrote, { indexes: wrote.splice(0, 500), at: clock.now() })

process.send?.({ key: gateway.api_key })
report(gateway.url, () => gateway[Symbol.asyncDispose]())
