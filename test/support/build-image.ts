import { execFile } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What an image would hold and run. `root`: the folder that stands for its file system. */
export type Image = {
  root: string
  workdir: string
  env: Record<string, string>
  user: string
  cmd: string[]
  healthcheck: string[]
  labels: string
}

/**
 * Does what a Dockerfile says, step by step, with folders for the stages and this machine for the base image. Knows the
 * instructions that ours has and stops at any other. Absolute paths that the image makes are made under its folder;
 * `ownerOf` gives the ids of a user of the image. `ignored`: whether a file of the context is kept from it.
 */
export async function buildImage(dockerfile: string, building: Building): Promise<Image> {
  const stages = new Map<string, Image>()
  let image: Image | null = null
  for (const { word, rest } of instructionsOf(dockerfile)) {
    if (word === 'FROM') {
      image = startStage(join(building.folder, `stage-${stages.size}`))
      stages.set(/ AS (\S+)$/i.exec(rest)?.[1] ?? String(stages.size), image)
      continue
    }
    const instruction = instructions[word]
    if (!image || !instruction) throw new Error(`The Dockerfile has ${word}, which is not known here.`)
    await instruction(rest, image, { ...building, stages })
  }
  if (!image) throw new Error('The Dockerfile has no FROM.')
  return image
}

type Building = {
  context: string
  folder: string
  ignored(path: string): boolean
  ownerOf(user: string): { uid: number; gid: number }
  env: NodeJS.ProcessEnv
}

type Instruction = (
  rest: string,
  image: Image,
  building: Building & { stages: Map<string, Image> },
) => void | Promise<void>

const instructions: Record<string, Instruction> = {
  WORKDIR(rest, image) {
    image.workdir = rest
    mkdirSync(join(image.root, rest), { recursive: true })
  },
  COPY: copy,
  async RUN(rest, { root, workdir, env: own }, { ownerOf, env }) {
    await run('/bin/sh', ['-c', inFolder(rest, root, ownerOf)], { cwd: join(root, workdir), env: { ...env, ...own } })
  },
  ENV(rest, { root, env }) {
    for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) {
      env[name] = value.startsWith('/') ? join(root, value) : value
    }
  },
  USER(rest, image) {
    image.user = rest
  },
  VOLUME(rest, { root }) {
    if (!existsSync(join(root, rest))) throw new Error(`VOLUME ${rest} is not there`)
  },
  HEALTHCHECK(rest, image) {
    image.healthcheck = JSON.parse(rest.slice(rest.indexOf('[')))
  },
  CMD(rest, image) {
    image.cmd = JSON.parse(rest)
  },
  LABEL(rest, image) {
    image.labels = rest
  },
  // These say something to an engine only.
  ARG() {},
  EXPOSE() {},
  STOPSIGNAL() {},
}

function instructionsOf(dockerfile: string): Array<{ word: string; rest: string }> {
  const lines = dockerfile
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
  return lines
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? []
      return { word, rest }
    })
}

function startStage(root: string): Image {
  mkdirSync(root, { recursive: true })
  chmodSync(root, 0o755)
  return { root, workdir: '/', env: {}, user: 'root', cmd: [], healthcheck: [], labels: '' }
}

function copy(rest: string, { root, workdir }: Image, { stages, context, ignored }: Parameters<Instruction>[2]): void {
  const [, from, given = ''] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(rest) ?? []
  const paths = given.split(/\s+/)
  const to = paths.pop() ?? ''
  const source = from === undefined ? context : stages.get(from)?.root
  if (source === undefined) throw new Error(`COPY --from=${from}: there is no such stage`)
  for (const path of paths) {
    if (from === undefined && ignored(path)) throw new Error(`COPY ${path}: .dockerignore keeps it out`)
    const start = join(source, path)
    const target = join(root, workdir, to)
    cpSync(start, to.endsWith('/') ? join(target, basename(path)) : target, {
      recursive: statSync(start).isDirectory(),
      filter: (file) => from !== undefined || !ignored(file.slice(context.length + 1)),
    })
  }
}

/** A shell line as it is meant within the image: its folders and its users. */
function inFolder(line: string, root: string, ownerOf: (user: string) => { uid: number; gid: number }): string {
  return line
    .replaceAll(/(?<=\s)(\/\w[\w/.-]*)/g, (path) => join(root, path))
    .replaceAll(/(?<=\s-o )(\w+)/g, (user) => String(ownerOf(user).uid))
    .replaceAll(/(?<=\s-g )(\w+)/g, (user) => String(ownerOf(user).gid))
}

/** Reads a .dockerignore whose first rule keeps everything out: what it lets in again, and then keeps out by ending. */
export function readIgnores(text: string): (path: string) => boolean {
  const rules = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  if (rules[0] !== '*') throw new Error('.dockerignore does not begin by keeping everything out')
  const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
  const endings = rules.filter((rule) => rule.startsWith('**/*')).map((rule) => rule.slice(4))
  return (path) =>
    !allowed.some((one) => path === one || path.startsWith(`${one}/`)) ||
    endings.some((ending) => path.endsWith(ending))
}
