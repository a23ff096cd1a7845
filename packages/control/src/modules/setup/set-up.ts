/**
 * The claim of an organisation. Its data plane decides whether the one-time secret was proven, makes the first roster
 * statement and the first project's keys; then all of it is stored in one transaction. When a step fails nothing is
 * stored, and the same claim again is answered alike by the data plane.
 */
import type { SetupAnswer } from '@keyhold/contract'
import type { Transaction } from '../../platform/database/transaction.ts'
import type { Session } from '../people/index.ts'
import { failSetup } from './errors.ts'
import type { SetupSetting } from './setting.ts'
import { claimOrganisation, readOrganisationState } from './store.ts'

export type SetupRequest = {
  readonly organisation: string
  readonly name: string
  readonly project: string
  readonly email: string
  readonly password: string
  readonly device: { readonly publicKey: string; readonly name: string }
  readonly mac: string
  readonly personName?: string | undefined
  /** The owner's network address. */
  readonly address: string
  /** Their User-Agent header. */
  readonly agent?: string | undefined
}
/** What was set up, with the owner's first session. */
type SetUpDone = SetupAnswer & { readonly session: Session }
type Commit = (work: (tx: Transaction) => Promise<SetUpDone>) => Promise<SetupAnswer>

/**
 * `onKnown` hears that there is such an organisation to claim: from then on the log is its own.
 *
 * @throws `setup.unknown`, `setup.claimed`, `password.too_simple`, `data_plane.away`, and what the
 *   data plane refuses (`setup.refused`, `setup.dead`)
 */
export async function setUp(
  setting: SetupSetting,
  request: SetupRequest,
  onKnown: () => void,
  commit: Commit,
): Promise<SetupAnswer> {
  const { organisation } = request
  await requireUnclaimed(setting, organisation)
  onKnown()
  // First what costs the one-time secret nothing when it is refused.
  const addOwner = await setting.people.prepareOwner(request)
  const { roster, anchorPublicKey } = await setting.claim({ organisation, device: request.device, mac: request.mac })
  const addProject = await setting.projects.prepareProject(organisation, request.project)
  return commit(async (tx) => {
    // Of two claims the second waits here for the first, then finds it done.
    if (!(await claimOrganisation(tx, organisation, request.name))) throw failSetup('setup.claimed')
    const { session } = await addOwner(tx)
    const project = await addProject(tx)
    await setting.insertRoster(tx, organisation, 1, roster)
    return { organisation, project: project.id, session, roster, anchorPublicKey }
  })
}

async function requireUnclaimed({ database }: SetupSetting, organisation: string): Promise<void> {
  const state = await database.readTenant({ organisation }, (tx) => readOrganisationState(tx, organisation))
  if (state === undefined) throw failSetup('setup.unknown')
  if (state === 'active') throw failSetup('setup.claimed')
}
