import { NUMBER } from '../support/start-gateway.ts'

// What a shop sends in a day: mostly short texts to people who wrote, templates to those who did not.

/** No two connections send to one person, because sends to one person wait for each other. */
const CONNECTIONS = 256
const PEOPLE_EACH = 40
export const CUSTOMERS = CONNECTIONS * PEOPLE_EACH

export const customer = (index: number) => String(15_551_000_000 + index * 7)

/** Whether this customer wrote lately, so that a message of any kind may go out. */
export const wroteLately = (index: number) => kindOf(index) !== 'template'

const KINDS = ['template', 'text', 'buttons', 'text', 'template', 'text', 'image', 'template', 'text', 'text'] as const
const kindOf = (index: number) => KINDS[Math.floor(index / CONNECTIONS) % KINDS.length] ?? 'text'

const TEXTS = [
  'Your order ORDER-123 is ready. Come by until 6 pm, we are looking forward to it.',
  'Olá! Recebemos o seu pedido e já estamos a prepará-lo. 😊',
  'Thank you! We will answer within the hour.',
  'Good morning! The parcel left our warehouse at 7:40 and should be with you today between 2 and 4 pm. If nobody is at home, the driver leaves it with a neighbour or brings it to the shop at the corner of Rua Augusta, where you can fetch it from tomorrow at 9 with the code 4711. Just answer this message if another day suits you better, and we will arrange it.',
  'Yes, we have it in blue, too.',
]

/** The sends of one connection, as the bytes of whole requests. */
export function sendsOf(key: string): (connection: number) => Buffer[] {
  return (connection) => Array.from({ length: PEOPLE_EACH }, (_, turn) => sendOf(key, connection + turn * CONNECTIONS))
}

function sendOf(key: string, index: number): Buffer {
  const body = JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: customer(index),
    ...content(index),
  })
  return Buffer.from(
    `POST /meta/whatsapp/v24.0/${NUMBER}/messages HTTP/1.1\r\nhost: bench\r\nx-api-key: ${key}\r\n` +
      `user-agent: node\r\naccept: */*\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function content(index: number): { type: string; [content: string]: unknown } {
  const kind = kindOf(index)
  const text = TEXTS[index % TEXTS.length] ?? ''
  if (kind === 'text') return { type: 'text', text: { preview_url: false, body: text } }
  if (kind === 'image') {
    return { type: 'image', image: { link: `https://shop.example/pictures/${index}.jpg`, caption: text } }
  }
  if (kind === 'buttons') {
    const reply = (id: string, title: string) => ({ type: 'reply', reply: { id: `${id}-${index}`, title } })
    return {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text },
        action: { buttons: [reply('yes', 'Yes, please'), reply('later', 'Later'), reply('no', 'No, thank you')] },
      },
    }
  }
  const parameters = ['Ana Souza', `ORDER-${index}`, '12 March'].map((value) => ({ type: 'text', text: value }))
  return {
    type: 'template',
    template: { name: 'order_update', language: { code: 'en_US' }, components: [{ type: 'body', parameters }] },
  }
}
