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
import { CliError, exitCodes } from '../errors.ts'
import { formatCount } from '../output/sizes.ts'
import { openLogExport } from '../session/log-export.ts'
import { readSeenLog, writeSeenLog, type SeenLog } from '../session/pins.ts'
import { fetchDataPlaneKeyId } from '../session/sealing-keys.ts'
import { withProject } from '../session/session.ts'
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
/** What the server names as the log's key, and the anchor as the data plane's. */
type Claims = { verifierKey: string; dataPlane: string }

async function verifyOnline(context: CommandContext): Promise<Outcome> {
  return withProject(context, undefined, async (session) => {
    const { verifierKey } = await session.api.call('readCheckpoint', {})
    const dataPlane = await fetchDataPlaneKeyId(session, context.home, context.clock.now())
    return verifyLines(context, splitLines(await openLogExport(session)), { verifierKey, dataPlane })
  })
}

async function verifyFile(context: CommandContext, path: string): Promise<Outcome> {
  const chunks = createReadStream(path, { highWaterMark: 1 << 20 })
  try {
    return await verifyLines(context, splitLines(chunks), undefined)
  } catch (cause) {
    const system =
      cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && /^E[A-Z]+$/.test(cause.code)
    if (!system) throw cause
    throw new CliError('input.unreadable', `${path} cannot be read`, 'check the name and its permissions.', { cause })
  } finally {
    chunks.destroy()
  }
}

/** What this client remembers of the log is what the bundle must agree with. */
async function verifyLines(
  context: CommandContext,
  lines: AsyncGenerator<string>,
  claims: Claims | undefined,
): Promise<Outcome> {
  const first = await lines.next()
  const header = first.done === true ? '' : first.value
  const origin = readOrigin(header)
  const seen = readSeenLog(context.home, origin)
  if (seen !== undefined && claims !== undefined && seen.verifierKey !== claims.verifierKey) throw replacedKey()
  const trusted = combine(seen, claims)
  const verdict = await verifyBundle(prepend(header, lines), trust(trusted, origin))
  if (!verdict.ok) throw new AuditFailure(verdict)
  const known = seen?.verified ?? null
  if (trusted !== undefined && claims !== undefined && known?.size !== verdict.size) {
    writeSeenLog(context.home, origin, { ...trusted, verified: { size: verdict.size, root: verdict.root } })
  }
  return { verdict, extended: known === null ? null : verdict.size - known.size }
}

function combine(seen: SeenLog | undefined, claims: Claims | undefined): SeenLog | undefined {
  if (claims === undefined) return seen
  const dataPlanes = [...new Set([...(seen?.dataPlanes ?? []), claims.dataPlane])]
  return { verifierKey: claims.verifierKey, dataPlanes, verified: seen?.verified ?? null }
}

function trust(trusted: SeenLog | undefined, origin: string): VerifyOptions {
  if (trusted === undefined) return {}
  const { verifierKey, dataPlanes, verified } = trusted
  const pinned = { pinnedKeys: [parseVerifierKey(verifierKey)], pinnedDataPlanes: dataPlanes }
  if (verified === null) return pinned
  const knownCheckpoint: Checkpoint = { origin, size: verified.size, root: Buffer.from(verified.root, 'base64') }
  return { ...pinned, knownCheckpoint }
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

/** A log that was altered, cut or replaced; `index` names the entry at fault. */
class AuditFailure extends CliError {
  readonly index: number | null
  constructor({ code, index, message }: Extract<BundleVerdict, { ok: false }>) {
    const where = index === null ? '' : ` (entry ${index})`
    const remedy = 'keep what you verified and ask the operator: the log was altered after it was signed, or damaged.'
    super(code, `the log does not verify${where}: ${message}`, remedy, { exitCode: exitCodes.failed })
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
