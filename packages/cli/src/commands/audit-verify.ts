import { createReadStream } from 'node:fs'
import {
  parseVerifierKey,
  splitLines,
  verifyBundle,
  type BundleVerdict,
  type Checkpoint,
  type VerifyOptions,
} from '@keyhold/ledger'
import { writeJson, writeLine, type Command, type CommandContext } from '../command.ts'
import { CliError, exitCodes, JobProblem } from '../errors.ts'
import { formatCount } from '../output/sizes.ts'
import { openLogExport } from '../session/log-export.ts'
import { readSeenLog, writeSeenLog, type SeenLog } from '../session/pins.ts'
import { withSession, type Session } from '../session/session.ts'
import { takeWords } from './positionals.ts'

export const auditVerify: Command = {
  name: 'audit verify',
  usage: 'audit verify [FILE]',
  summary: 'Verify the whole log, as the server gives it now or from an exported file, offline',
  about:
    'Recomputes every entry’s hash and the tree, checks signatures and the data plane’s own chain, and names the entry at ' +
    'fault. Remembers the log’s key and the last verified state: the log may only grow from there.',
  options: {},
  async run(context, args) {
    const [path] = takeWords(args, 0, 1, this.usage)
    const outcome = path === undefined ? await verifyOnline(context) : await verifyFile(context, path)
    await report(context, outcome)
  },
}

type Outcome = { verdict: Extract<BundleVerdict, { ok: true }>; extended: number | null }

async function verifyOnline(context: CommandContext): Promise<Outcome> {
  return withSession(context, async (session) => {
    const { verifierKey } = await session.api.call('readCheckpoint', {})
    return verifyLines(context, splitLines(await openLogExport(session)), verifierKey, session)
  })
}

async function verifyFile(context: CommandContext, path: string): Promise<Outcome> {
  const chunks = createReadStream(path, { highWaterMark: 1 << 20 })
  try {
    return await verifyLines(context, splitLines(chunks), undefined, undefined)
  } catch (cause) {
    const missing =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^E[A-Z]+$/.test(cause.code)
    if (missing)
      throw new CliError('input.unreadable', `${path} cannot be read`, 'check the name and its permissions.', { cause })
    throw cause
  } finally {
    chunks.destroy()
  }
}

/** What this client remembers of the log is what the bundle must agree with. */
async function verifyLines(
  context: CommandContext,
  lines: AsyncGenerator<string>,
  claimedKey: string | undefined,
  session: Session | undefined,
): Promise<Outcome> {
  const first = await lines.next()
  const header = first.done === true ? '' : first.value
  const origin = readOrigin(header)
  const seen = readSeenLog(context.home, origin)
  if (seen !== undefined && claimedKey !== undefined && seen.verifierKey !== claimedKey) throw replacedKey()
  const verifierKey = seen?.verifierKey ?? claimedKey
  const known = seen?.verified ?? undefined
  const verdict = await verifyBundle(prepend(header, lines), trust(verifierKey, known, origin))
  if (!verdict.ok) throw refuse(verdict)
  if (verifierKey !== undefined && session !== undefined) remember(context, origin, verifierKey, verdict, seen)
  return { verdict, extended: known === undefined ? null : verdict.size - known.size }
}

function trust(verifierKey: string | undefined, known: SeenLog['verified'] | undefined, origin: string): VerifyOptions {
  const pinned = verifierKey === undefined ? {} : { pinnedKeys: [parseVerifierKey(verifierKey)] }
  if (known === undefined || known === null) return pinned
  const knownCheckpoint: Checkpoint = { origin, size: known.size, root: Buffer.from(known.root, 'base64') }
  return { ...pinned, knownCheckpoint }
}

function remember(
  context: CommandContext,
  origin: string,
  verifierKey: string,
  verdict: Outcome['verdict'],
  seen: SeenLog | undefined,
): void {
  if (seen?.verified?.size === verdict.size) return
  writeSeenLog(context.home, origin, { verifierKey, verified: { size: verdict.size, root: verdict.root } })
}

async function* prepend(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** Only to look up what is remembered: the verifier judges the line itself. */
function readOrigin(header: string): string {
  try {
    const parsed: unknown = JSON.parse(header)
    if (typeof parsed === 'object' && parsed !== null && 'origin' in parsed && typeof parsed.origin === 'string')
      return parsed.origin
  } catch {
    // The verifier says what is wrong with it.
  }
  return ''
}

async function report(context: CommandContext, { verdict, extended }: Outcome): Promise<void> {
  const { size, root, pinned, dataPlanes } = verdict
  if (context.json) return writeJson(context.out, { ...verdict, extended })
  await writeLine(context.out, `The log is whole: ${formatCount(size)} entries, root ${root}.`)
  for (const { keyId, entries } of dataPlanes)
    await writeLine(context.out, `Data plane ${keyId}: ${formatCount(entries)} entries, no gap.`)
  if (extended !== null)
    await writeLine(context.out, `It continues the log verified before; ${formatCount(extended)} entries are new.`)
  if (!pinned)
    await writeLine(
      context.out,
      'Its key is only what the file says: run "keyhold audit verify" online once to pin it.',
    )
}

function refuse(verdict: Extract<BundleVerdict, { ok: false }>): Error {
  const where = verdict.index === null ? '' : ` (entry ${verdict.index})`
  return new AuditFailure(verdict.code, `the log does not verify${where}: ${verdict.message}`, verdict.index)
}

/** A log that was altered, cut or replaced. */
class AuditFailure extends JobProblem {
  readonly index: number | null
  constructor(code: string, message: string, index: number | null) {
    super(
      code,
      message,
      'keep this file and the server’s answers, and ask the operator: the log was altered after it was signed, or damaged.',
    )
    this.index = index
  }
}

function replacedKey(): CliError {
  return new CliError(
    'audit.rolled_back',
    'the server names another log key than the one this client remembers',
    'ask the operator why the log’s key was replaced.',
    {
      exitCode: exitCodes.failed,
    },
  )
}
