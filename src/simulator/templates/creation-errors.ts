import { templateError } from '../graph-error.ts'

// The titles and texts Meta shows to people, in English; the subcode is what programs read.

export const nameFormat = () =>
  templateError(
    2388046,
    'Name Format is Incorrect',
    'The message template name can only have lowercase letters and underscores.',
    { error_data: { blame_field_specs: [['name']] } },
  )

export const tooLong = (what: string, limit: number) =>
  templateError(2388040, 'Character Limit Exceeded', `The ${what} can have at most ${limit} characters.`)

export const unexpectedField = (type: string, field: string) =>
  templateError(
    2388042,
    'Message template "components" param contains unexpected field(s)',
    `component of type ${type} has unexpected field(s) (${field})`,
  )

export const missingField = (type: string, field: string) =>
  templateError(
    2388043,
    'Message template "components" param is missing expected field(s)',
    `component of type ${type} is missing expected field(s) (${field})`,
  )

export const headerFormat = (text: string) => templateError(2388047, 'Message Header Format is Incorrect', text)
export const bodyFormat = (text: string) => templateError(2388072, 'Message Body Format is Incorrect', text)
export const footerFormat = (text: string) => templateError(2388073, 'Message Footer Format is Incorrect', text)

export const buttonFormat = () =>
  templateError(
    2388060,
    'Button Format is Incorrect',
    "Buttons can't have any variables, newlines, emojis or formatting characters.",
  )

export const leadingOrTrailing = () =>
  templateError(
    2388299,
    'Leading or Trailing Params Not Allowed',
    "Variables can't be at the start or end of the template.",
  )

export const tooManyVariables = () =>
  templateError(
    2388293,
    'Parameters Words Ratio Exceeds Limit',
    'This template has too many variables for its length. Reduce the number of variables or increase the message length.',
  )

export const nameExists = (language: string) =>
  templateError(
    2388024,
    'Content in This Language Already Exists',
    `There is already ${language} content for this template. You can create a new template and try again.`,
  )

export const nameBeingDeleted = () =>
  templateError(
    2388023,
    'Message Template Language is Being Deleted',
    'A template of this name was deleted. Use another name, or try again 30 days after the deletion.',
  )

export const sampleName = () =>
  templateError(
    2388155,
    'Template name is already used as a sample template',
    'This template is named after a sample template created by default. Please use a different name.',
  )

export const tooManyTemplates = (limit: string) =>
  templateError(2388019, 'Message Template Limit Exceeded', `This account can have at most ${limit}.`)

export const notEditable = (text: string) => templateError(2388039, 'Status Cannot Be Changed', text)
