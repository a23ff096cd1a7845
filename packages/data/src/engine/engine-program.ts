/** The sandboxed programs as plain JavaScript: stripping types here once spares each process 12 MB and 35 ms. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('./', import.meta.url))

/** Folders of this one that hold the programs. */
const folders = ['process', 'sheet'] as const

/** Files outside of them that the programs import. */
const shared = ['types.ts', 'column-format.ts']

const nameInProgram = (url: URL): string => toPlainName(fileURLToPath(url).slice(source.length))

/** Entries of the programs, relative to their folder: an engine, and a reader of workbooks. */
export const programEntries = {
  engine: nameInProgram(new URL('./process/main.ts', import.meta.url)),
  reader: nameInProgram(new URL('./sheet/main.ts', import.meta.url)),
} as const

/** Writes the programs into `folder`, which is emptied first. */
export function writeEngineProgram(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  for (const part of folders) mkdirSync(`${folder}/${part}`, { recursive: true, mode: 0o700 })
  const files = folders.flatMap((part) =>
    readdirSync(source + part)
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .map((name) => `${part}/${name}`),
  )
  for (const file of [...shared, ...files]) {
    const plain = stripQuietly(readFileSync(source + file, 'utf8'))
    writeFileSync(`${folder}/${toPlainName(file)}`, plain.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.mjs'"))
  }
}

function toPlainName(file: string): string {
  return file.replace(/\.ts$/, '.mjs')
}

/** Node calls this function experimental each time, though it runs the whole project by it: nobody can act on that. */
function stripQuietly(code: string): string {
  const warn = Reflect.get(process, 'emitWarning')
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = warn
  }
}
