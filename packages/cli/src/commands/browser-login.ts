/** Signing in through a browser: passkeys and single sign-on work there, and the shell gets a session of its own. */
import { hostname } from 'node:os'
import { drawShellSecret, formatShellLink, markShell, parseHandover, type LoginTarget } from '@keyhold/client'
import { createClient, type CallOutput } from '@keyhold/contract'
import { usage, type Arguments, type OptionSpecs } from '../arguments.ts'
import { writeLine, type CommandContext } from '../command.ts'
import { CliError } from '../errors.ts'
import { openLoopback } from '../session/loopback.ts'
import { withConnection } from '../session/session.ts'

export const browserOptions = {
  browser: { kind: 'flag', about: 'sign in in a browser: with a passkey, single sign-on, or as you do there' },
  sso: { kind: 'flag', about: 'the same, at your organisation’s identity provider' },
  organisation: {
    kind: 'value',
    hint: 'ID',
    about: 'with --sso: the organisation; else the domain of --email says it',
  },
  paste: { kind: 'flag', about: 'the browser is on another machine: it shows a line to paste here' },
} as const satisfies OptionSpecs

export type BrowserSignIn = CallOutput<'signInShell'>

/** In milliseconds: to sign in in the browser. */
const patience = 10 * 60_000

/** Throws `login.other_person` when somebody else confirmed than was named, `shell.refused`, `shell.line_malformed`. */
export async function signInInBrowser(
  context: CommandContext,
  args: Arguments,
  target: LoginTarget,
): Promise<BrowserSignIn> {
  const paste = args.flag('paste')
  if (paste && !context.input.isTerminal) throw usage('there is no terminal to paste on', 'leave --paste away.')
  const { verifier, challenge, state } = await drawShellSecret()
  const loopback = paste ? undefined : await openLoopback(state)
  try {
    const [email, organisation] = [args.value('email'), args.value('organisation')]
    const link = formatShellLink(target.url, {
      challenge,
      state,
      name: hostname() || 'a shell',
      ...(loopback && { port: loopback.port }),
      ...(email !== undefined && { email }),
      ...(organisation !== undefined && { organisation }),
      ...(args.flag('sso') && { sso: true as const }),
    })
    await describeWay(context, link, await markShell(challenge))
    if (!paste) context.openPage(link)
    const handover = parseHandover(await awaitLine(context, loopback?.line))
    return await withConnection(context, target, async (connection) => {
      const signedIn = await createClient(connection.exchange, () => ({})).call('signInShell', {
        body: { ...handover, verifier },
      })
      const other = email !== undefined && email.toLowerCase() !== signedIn.email.toLowerCase()
      if (!other && (organisation === undefined || organisation === signedIn.organisation)) return signedIn
      const bearer = { authorization: `Bearer ${signedIn.session.secret}` }
      await createClient(connection.exchange, () => bearer).call('signOut', {})
      throw otherPerson()
    })
  } finally {
    loopback?.close()
  }
}

async function describeWay({ err }: CommandContext, link: string, mark: string): Promise<void> {
  await writeLine(err, `Open this address in your browser, sign in there, and let this shell in:\n\n  ${link}\n`)
  await writeLine(err, `The browser must show the same code as this shell, else say no there:\n\n  ${mark}\n`)
}

/** What comes first: the browser on this machine, or a line that is pasted. */
async function awaitLine(context: CommandContext, heard: Promise<string> | undefined): Promise<string> {
  const done = new AbortController()
  const signal = AbortSignal.any([done.signal, context.signal, AbortSignal.timeout(patience)])
  const ways: Promise<string>[] = [rejectOn(signal, context.signal)]
  if (heard !== undefined) ways.push(heard)
  if (context.input.isTerminal) {
    const question = heard === undefined ? 'The line that the browser shows: ' : 'Waiting; or paste the line it shows: '
    ways.push(context.input.ask(question, { signal }))
  }
  // What is left waiting ends with the signal.
  ways.forEach((way) => void way.catch(() => {}))
  try {
    return await Promise.race(ways)
  } finally {
    done.abort()
  }
}

function rejectOn(signal: AbortSignal, interrupted: AbortSignal): Promise<never> {
  const late = () => new CliError('login.not_confirmed', 'nobody let this shell in within ten minutes', 'run it again.')
  return new Promise((_, reject) => {
    const refuse = () => reject(interrupted.aborted ? new Error('interrupted') : late())
    if (signal.aborted) refuse()
    else signal.addEventListener('abort', refuse, { once: true })
  })
}

function otherPerson(): CliError {
  return new CliError(
    'login.other_person',
    'the browser signed somebody else in, or in another organisation',
    'sign out in the browser and run the command again; this shell’s session has ended.',
  )
}
