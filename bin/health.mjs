#!/usr/bin/env node
// For containers, whose images have no curl: exits with 0 when the gateway here is ready, and with 1 when it is not.
import { readFileSync } from 'node:fs'

const { FAIRLEAD_PORT, FAIRLEAD_PORT_FILE, FAIRLEAD_HOST = '127.0.0.1' } = process.env
const port = FAIRLEAD_PORT || (FAIRLEAD_PORT_FILE ? readFileSync(FAIRLEAD_PORT_FILE, 'utf8').trim() : '8080')
const everywhere = ['', '0.0.0.0', '::'].includes(FAIRLEAD_HOST)
const host = everywhere ? '127.0.0.1' : FAIRLEAD_HOST.includes(':') ? `[${FAIRLEAD_HOST}]` : FAIRLEAD_HOST

const ready = await fetch(`http://${host}:${port}/health/ready`, { signal: AbortSignal.timeout(4_000) }).then(
  (answer) => answer.ok,
  () => false,
)
process.exit(ready ? 0 : 1)
