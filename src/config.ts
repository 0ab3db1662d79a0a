import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { StartError } from './lib/start-error.ts'

const url = (protocols: string[]) =>
  z.string().superRefine((text, issue) => {
    const parsed = URL.canParse(text) ? new URL(text) : null
    const fine = parsed && protocols.includes(parsed.protocol) && !parsed.search && !parsed.hash && !parsed.username
    if (!fine) issue.addIssue(`must be an address like ${protocols[0]}//example.com, without user, query or fragment`)
  })
const postgresUrl = z
  .string()
  .refine(
    (text) =>
      URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) && new URL(text).pathname.length > 1,
    'must be an address like postgres://user:password@host:5432/database',
  )
const origin = url(['https:', 'http:']).transform((text) => text.replace(/\/+$/, ''))
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((value) => value <= 65535, 'must be a port number up to 65535')
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)
const cidrs = list.superRefine((items, issue) => {
  for (const item of items) {
    if (!z.union([z.cidrv4(), z.cidrv6()]).safeParse(item).success) {
      issue.addIssue(`holds ${JSON.stringify(item)}; write ranges like 10.0.0.0/8, divided by commas`)
    }
  }
})
const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}`)
const onOff = oneOf('on', 'off').transform((value) => value === 'on')

/** Every setting, with its default and the sentence that its documentation is made of. */
export const settings = {
  FAIRLEAD_PORT: { schema: port, default: '8080', about: 'Port of the gateway. 0 takes any free one.' },
  FAIRLEAD_HOST: {
    schema: z.string().min(1),
    default: '127.0.0.1',
    about: 'Address the gateway listens on. Set 0.0.0.0 to be reached from other machines.',
  },
  FAIRLEAD_PUBLIC_URL: {
    schema: origin.optional(),
    default: undefined,
    about: 'Address under which the outside reaches the gateway: media links and webhook addresses start with it.',
  },
  FAIRLEAD_DATA_DIR: {
    schema: z.string().min(1),
    default: 'data',
    about: 'Folder of the SQLite database, the master key and files on their way. With SQLite one process at a time.',
  },
  DATABASE_URL: {
    schema: postgresUrl.optional(),
    default: undefined,
    about: 'PostgreSQL to store in, which several processes may share. Without it SQLite in the data folder is used.',
  },
  FAIRLEAD_GRAPH_URL: {
    schema: origin,
    default: 'https://graph.facebook.com',
    about: "Meta's Graph API. Simulated numbers use the simulator instead.",
  },
  FAIRLEAD_GRAPH_VERSION: {
    schema: z.string().regex(/^v\d{1,2}\.\d$/, 'must look like v24.0'),
    default: 'v24.0',
    about: 'Graph version for requests that name none.',
  },
  FAIRLEAD_MEDIA_HOSTS: {
    schema: list,
    default: 'lookaside.fbsbx.com, *.fbsbx.com, *.whatsapp.net',
    about: "Hosts that media is fetched from with a number's token. Nothing else ever gets the token.",
  },
  FAIRLEAD_DENIED_EDGES: {
    schema: list,
    default: '',
    about:
      'Edges that are never changed through the gateway, divided by commas. subscribed_apps, assigned_users and deregister can cut it off. Sends are none.',
  },
  FAIRLEAD_MASTER_KEY: {
    schema: z
      .string()
      .refine(
        (text) => Buffer.from(text, 'base64').length === 32,
        'must be 32 bytes in base64 (openssl rand -base64 32)',
      )
      .optional(),
    default: undefined,
    about:
      'Key that seals stored secrets: 32 bytes in base64. Needed with DATABASE_URL; otherwise one is made in the data folder.',
  },
  FAIRLEAD_RATE_LIMIT: {
    schema: z
      .string()
      .regex(/^\d{1,9}$/, 'must be a whole number')
      .transform(Number),
    default: '1000000',
    about: 'Requests a minute that one API key may make, or one address without a good key. 0: no limit, no headers.',
  },
  FAIRLEAD_CONNECTIONS_PER_ADDRESS: {
    schema: z
      .string()
      .regex(/^\d{1,6}$/, 'must be a whole number')
      .transform(Number),
    default: '200',
    about:
      'Connections that one other machine may hold open. 0: no limit, for when all come through one proxy that limits them itself.',
  },
  FAIRLEAD_METRICS: {
    schema: oneOf('local', 'key'),
    default: 'local',
    about:
      'Who may read /metrics: local lets this machine itself in without a key (when FAIRLEAD_HOST is a loopback address and no proxy is seen), key asks everybody for an admin key.',
  },
  FAIRLEAD_WINDOW_CHECK: {
    schema: onOff,
    default: 'on',
    about:
      'Refuse messages outside the 24-hour customer service window before Meta does (on or off). For 24 hours after a real number is connected, and after each start, we cannot know who has written: Meta decides then.',
  },
  FAIRLEAD_WINDOW_ERROR: {
    schema: oneOf('flat', 'graph'),
    default: 'flat',
    about: 'Form of that refusal: flat as Kapso answers, or graph with code 131047.',
  },
  FAIRLEAD_DOUBT_MINUTES: {
    schema: z
      .string()
      .regex(/^[1-9]\d{0,4}$/, 'must be a whole number of minutes from 1 to 99999')
      .transform(Number),
    default: '10',
    about:
      'How long a send may be in doubt before it is called unresolved. For as long an identical send without a key is held back.',
  },
  FAIRLEAD_ALLOW_PRIVATE_WEBHOOKS: {
    schema: cidrs,
    default: '',
    about: 'Private address ranges that webhooks may be delivered to, divided by commas. 127.0.0.0/8 in development.',
  },
  FAIRLEAD_SIMULATOR_PORT: {
    schema: port,
    default: '8081',
    about: 'Port of the simulated Meta (development only).',
  },
  FAIRLEAD_LOG_LEVEL: {
    schema: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    default: 'info',
    about: 'Least level that is logged. Requests are logged at debug, failures at warn and error.',
  },
} as const

type SettingName = keyof typeof settings

/** Read by the command line and the scripts, not by the server. */
const CLIENT_SETTINGS = [
  'API_BASE_URL',
  'API_KEY',
  'META_BASE_URL',
  'META_GRAPH_VERSION',
  'PHONE_NUMBER_ID',
  'CONNECT_TOKEN',
]

export type Settings = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> }

export type Config = ReturnType<typeof toConfig>

/**
 * The settings from environment variables. Each may also be given as `NAME_FILE`, the path of a file that holds it.
 * @throws StartError with one line naming the first wrong setting and the fix.
 */
export function readConfig(env: NodeJS.ProcessEnv, defaults: Partial<Record<SettingName, string>> = {}): Config {
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(settings) as SettingName[]) {
    const text = given(env, name) ?? defaults[name] ?? settings[name].default
    const result = settings[name].schema.safeParse(text)
    if (!result.success) throw new StartError(`${name} ${result.error.issues[0]?.message ?? 'is not valid'}.`)
    values[name] = result.data
  }
  // Two hosts must not each make a key of their own.
  if (values.DATABASE_URL && !values.FAIRLEAD_MASTER_KEY) {
    throw new StartError(
      'FAIRLEAD_MASTER_KEY must be set with DATABASE_URL, the same for every process (openssl rand -base64 32).',
    )
  }
  // Each value has just come out of the schema of its own name.
  return toConfig(values as Settings)
}

/** Variables that look like ours and are none: most likely misspelt. */
export function unknownSettings(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>([...Object.keys(settings), ...CLIENT_SETTINGS.map((name) => `FAIRLEAD_${name}`)])
  return Object.keys(env).filter((name) => name.startsWith('FAIRLEAD_') && !known.has(name.replace(/_FILE$/, '')))
}

function given(env: NodeJS.ProcessEnv, name: SettingName): string | undefined {
  const direct = env[name]
  const file = env[`${name}_FILE`]
  // An empty variable is how compose files say "not set".
  if (direct) return direct
  if (!file) return undefined
  try {
    if (name === 'FAIRLEAD_MASTER_KEY') refuseReadableByOthers(file, `${name}_FILE`)
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`${name}_FILE names ${file}, which cannot be read.`)
  }
}

/** @throws StartError when others than the owner may read the file. */
export function refuseReadableByOthers(path: string, what: string): void {
  // Windows has no such bits.
  if (process.platform === 'win32' || (statSync(path).mode & 0o077) === 0) return
  throw new StartError(`${what}: others can read ${path}. Run chmod 600 ${path}.`)
}

function toConfig(values: Settings) {
  return {
    host: values.FAIRLEAD_HOST,
    port: values.FAIRLEAD_PORT,
    publicUrl: values.FAIRLEAD_PUBLIC_URL ?? null,
    dataDir: resolve(values.FAIRLEAD_DATA_DIR),
    databaseUrl: values.DATABASE_URL ?? null,
    graphUrl: values.FAIRLEAD_GRAPH_URL,
    graphVersion: values.FAIRLEAD_GRAPH_VERSION,
    mediaHosts: values.FAIRLEAD_MEDIA_HOSTS,
    deniedEdges: values.FAIRLEAD_DENIED_EDGES,
    masterKey: values.FAIRLEAD_MASTER_KEY ? Buffer.from(values.FAIRLEAD_MASTER_KEY, 'base64') : null,
    rateLimit: values.FAIRLEAD_RATE_LIMIT,
    connectionsPerAddress: values.FAIRLEAD_CONNECTIONS_PER_ADDRESS,
    metricsAccess: values.FAIRLEAD_METRICS,
    windowCheck: values.FAIRLEAD_WINDOW_CHECK,
    windowError: values.FAIRLEAD_WINDOW_ERROR,
    doubtMinutes: values.FAIRLEAD_DOUBT_MINUTES,
    allowPrivateWebhooks: values.FAIRLEAD_ALLOW_PRIVATE_WEBHOOKS,
    simulatorPort: values.FAIRLEAD_SIMULATOR_PORT,
    /** Where simulated numbers find their Meta. */
    simulatorUrl: `http://127.0.0.1:${values.FAIRLEAD_SIMULATOR_PORT}`,
    logLevel: values.FAIRLEAD_LOG_LEVEL,
  }
}
