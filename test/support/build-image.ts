import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

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
export function buildImage(
  dockerfile: string,
  {
    context,
    folder,
    ignored,
    ownerOf,
    env: runEnv,
  }: {
    context: string
    folder: string
    ignored(path: string): boolean
    ownerOf(user: string): { uid: number; gid: number }
    env: NodeJS.ProcessEnv
  },
): Image {
  const stages = new Map<string, Image>()
  let image: Image | null = null
  for (const { word, rest } of instructionsOf(dockerfile)) {
    if (word === 'FROM') {
      image = startStage(join(folder, `stage-${stages.size}`))
      stages.set(/ AS (\S+)$/i.exec(rest)?.[1] ?? String(stages.size), image)
      continue
    }
    if (!image) throw new Error(`${word} before FROM`)
    const { root } = image
    switch (word) {
      case 'WORKDIR':
        image.workdir = rest
        mkdirSync(join(root, rest), { recursive: true })
        break
      case 'COPY':
        copy(rest, image, stages, context, ignored)
        break
      case 'RUN':
        execFileSync('/bin/sh', ['-c', inFolder(rest, root, ownerOf)], {
          cwd: join(root, image.workdir),
          env: { ...runEnv, ...image.env },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        break
      case 'ENV':
        for (const [, name = '', value = ''] of rest.matchAll(/(\w+)=(\S+)/g)) {
          image.env[name] = value.startsWith('/') ? join(root, value) : value
        }
        break
      case 'USER':
        image.user = rest
        break
      case 'VOLUME':
        if (!existsSync(join(root, rest))) throw new Error(`VOLUME ${rest} is not there`)
        break
      case 'HEALTHCHECK':
        image.healthcheck = JSON.parse(rest.slice(rest.indexOf('[')))
        break
      case 'CMD':
        image.cmd = JSON.parse(rest)
        break
      case 'LABEL':
        image.labels = rest
        break
      case 'ARG':
      case 'EXPOSE':
      case 'STOPSIGNAL':
        break
      default:
        throw new Error(`The Dockerfile has ${word}, which is not known here.`)
    }
  }
  if (!image) throw new Error('The Dockerfile has no FROM.')
  return image
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

function copy(
  rest: string,
  { root, workdir }: Image,
  stages: Map<string, Image>,
  context: string,
  ignored: (path: string) => boolean,
): void {
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
