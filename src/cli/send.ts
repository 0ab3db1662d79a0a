import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Connection, ConnectionError, call, readConnection } from '../../scripts/connection.mjs'
import { platformPhoneNumbers } from '../../scripts/platform-phone-numbers.mjs'
import { uploadFile } from './media.ts'
import * as bodies from './send/bodies.ts'
import type { Frame, Surroundings } from './send/frame.ts'

type Options = Record<string, string | undefined>

/** `fairlead send <kind>`: a message from flags, or a whole body from a file. */
export function addSendCommand(program: Command): void {
  const send = program.command('send').description('send a message, or mark one as read')
  const many = (value: string, before: string[] = []) => [...before, value]

  const kind = (name: string, description: string) =>
    send
      .command(name)
      .description(description)
      .option('--from <phone_number_id>', 'the number to send from')
      .option('--key <key>', 'so that the same send may be tried again without going out twice')
      .option('--json', "print Meta's answer as it is")
      .option('--dry-run', 'print the address and the body instead of sending')
  const message = (name: string, description: string) =>
    kind(name, description)
      .requiredOption('--to <number>', "the customer's number")
      .option('--reply-to <wamid>', 'the message to quote')
  const around = (command: Command) =>
    command
      .option('--header-text <text>', 'text above the body')
      .option('--header-image-id <id>', 'picture above the body, by media id')
      .option('--footer <text>', 'small text below')

  message('text', 'text')
    .requiredOption('--body <text>', 'what to say')
    .option('--preview-url', 'show a preview of the first link')
    .action((options) => post(options, () => bodies.textBody(frame(options), options)))
  message('image', 'a picture')
    .addOption(new Option('--id <media_id>', 'of an upload').conflicts(['link', 'upload']))
    .addOption(new Option('--link <url>', 'a public address').conflicts(['upload']))
    .option('--upload <file>', 'a file to upload first')
    .option('--caption <text>', 'text below the picture')
    .action((options) =>
      post(options, async (connection, from) => {
        if (!options.id && !options.link && !options.upload)
          throw new ConnectionError('Give one of --id, --link or --upload.')
        const id = options.upload ? await uploadFile(connection, from, options.upload) : options.id
        return bodies.imageBody(frame(options), { ...options, id })
      }),
    )
  message('template', 'an approved template')
    .requiredOption('--name <name>', 'of the template')
    .option('--language <code>', 'of the template', 'en_US')
    .option('--param <[name=]value>', 'a variable of the body; repeat for more', many, [])
    .option('--header-image-id <id>', 'picture of the header, by media id')
    .option('--header-image-link <url>', 'picture of the header, by address')
    .action((options) => post(options, () => bodies.templateBody(frame(options), options)))
  around(message('button', 'a question with reply buttons'))
    .requiredOption('--body <text>', 'the question')
    .requiredOption('--button <id=title>', 'a button; repeat for up to three', many)
    .action((options) => post(options, () => bodies.buttonBody(frame(options), surroundings(options), options)))
  around(message('list', 'a menu behind a button'))
    .requiredOption('--body <text>', 'what to say')
    .requiredOption('--button-text <text>', 'on the button that opens the menu')
    .option('--section <title>', 'title of the menu')
    .requiredOption('--row <id=title[=description]>', 'a row; repeat for up to ten', many)
    .action((options) => post(options, () => bodies.listBody(frame(options), surroundings(options), options)))
  around(message('cta-url', 'a button that opens an address'))
    .requiredOption('--body <text>', 'what to say')
    .requiredOption('--url <url>', 'the address')
    .requiredOption('--display-text <text>', 'on the button')
    .action((options) => post(options, () => bodies.ctaUrlBody(frame(options), surroundings(options), options)))
  message('location-request', 'asks for a location')
    .requiredOption('--body <text>', 'what to say')
    .action((options) => post(options, () => bodies.locationRequestBody(frame(options), options)))
  message('catalog', "the account's catalog")
    .requiredOption('--body <text>', 'what to say')
    .option('--thumbnail <retailer_id>', 'the product whose picture is shown')
    .option('--footer <text>', 'small text below')
    .action((options) => post(options, () => bodies.catalogBody(frame(options), surroundings(options), options)))
  kind('read', 'mark a received message as read')
    .argument('<wamid>', 'the message')
    .option('--typing', 'show that an answer is being typed')
    .action((wamid, options) => post(options, () => bodies.readBody(wamid, options.typing === true)))
  kind('json', 'a whole body from a file or from standard input')
    .requiredOption('--file <path>', 'the file; - for standard input')
    .action((options) => post(options, () => readBodyFile(options.file)))
}

const frame = (options: Options): Frame => ({ to: options.to ?? '', reply_to: options.replyTo })

const surroundings = (options: Options): Surroundings => ({
  header_text: options.headerText,
  header_image_id: options.headerImageId,
  footer: options.footer,
})

function readBodyFile(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(path === '-' ? 0 : path, 'utf8'))
  } catch {
    throw new ConnectionError(`${path === '-' ? 'Standard input' : path} does not hold JSON.`)
  }
}

type MakeBody = (connection: Connection, from: string) => Record<string, unknown> | Promise<Record<string, unknown>>

async function post(
  options: { from?: string; key?: string; json?: boolean; dryRun?: boolean },
  make: MakeBody,
): Promise<void> {
  const connection = readConnection(process.env)
  const from = options.from ?? (await defaultNumber(connection))
  const body = await make(connection, from)
  const url = `${connection.metaBase}/${from}/messages`
  if (options.dryRun) {
    console.log(`POST ${url}\n${JSON.stringify(body, null, 2)}`)
    return
  }
  const { apiKey } = connection
  const answer = await call(url, { method: 'POST', apiKey, body, idempotencyKey: options.key })
  console.log(options.json ? JSON.stringify(answer, null, 2) : (answer?.messages?.[0]?.id ?? 'done'))
}

/** The number named in the settings, else the only one there is. @throws ConnectionError when it takes a choice */
export async function defaultNumber(connection: Connection): Promise<string> {
  if (connection.phoneNumberId) return connection.phoneNumberId
  const numbers = await platformPhoneNumbers(connection)
  const [only] = numbers
  if (only && numbers.length === 1) return only.phone_number_id
  const choices = numbers.map((number) => `${number.phone_number_id} (${number.name})`).join(', ')
  throw new ConnectionError(
    choices ? `Say with --from which number to use: ${choices}.` : 'No number is connected yet.',
  )
}
