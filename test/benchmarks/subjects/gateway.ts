import { startGateway } from '../../support/start-gateway.ts'
import { report } from './report.ts'

/** Fairlead itself, every send durable (SQLite, WAL, synchronous = FULL). */
const gateway = await startGateway({ graphUrl: process.argv[2] ?? '' })
process.send?.({ key: gateway.api_key })
report(gateway.url)
