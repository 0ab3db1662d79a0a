import { inject } from 'vitest'

// In the environment, so that processes that a test starts know it, too.
process.env.TEST_POSTGRES = inject('postgres')
