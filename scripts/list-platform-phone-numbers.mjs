#!/usr/bin/env node
// Lists the connected numbers. Runs on Node 18 and later with nothing installed; --json prints the rows as they are.
import { readConnection } from './connection.mjs'
import { describePhoneNumber, platformPhoneNumbers } from './platform-phone-numbers.mjs'

try {
  const numbers = await platformPhoneNumbers(readConnection(process.env))
  if (process.argv.includes('--json')) console.log(JSON.stringify(numbers, null, 2))
  else console.log(numbers.map(describePhoneNumber).join('\n') || 'No number is connected yet.')
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
