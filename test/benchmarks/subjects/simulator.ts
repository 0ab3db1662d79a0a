import { startSimulator } from '../../../src/simulator/index.ts'
import { report } from './report.ts'

/** The simulated Meta without rates, its customers reading at once; argument: where its webhooks go, empty for no statuses. */
const [callback = ''] = process.argv.slice(2)
const ACCOUNT = '102290129340398'
const NUMBER = '106540352242922'
const simulator = await startSimulator({
  key: 'benchmark',
  settings: {
    limits: { pair: null, throughput: null },
    webhooks: { statuses: callback !== '' },
    timings: { sent: 5, delivered: 10, read: 20 },
  },
  world: {
    app: { id: '1', secret: 'benchmark', ...(callback === '' ? {} : { callback_url: callback }) },
    accounts: [
      {
        id: ACCOUNT,
        name: 'Benchmark',
        access_token: 'benchmark',
        phone_numbers: [{ id: NUMBER, display_phone_number: '+1 555-078-3881', verified_name: 'Benchmark' }],
      },
    ],
  },
})
report(simulator.url)
