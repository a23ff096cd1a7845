import { Text, Title } from '@mantine/core'
import { parseSetupLink, type SetupLink } from '@keyhold/client'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { installationOptions } from '../../api/projects.ts'
import { StandalonePage } from '../../app/standalone-page.tsx'
import { ProblemAlert } from '../../ui/problem-alert.tsx'
import { AskLink, Claimed } from './ask-link.tsx'
import { ClaimForm } from './claim-form.tsx'
import { claimInstallation, type Owner } from './claim-installation.ts'
import { CustodyPanel } from './custody-panel.tsx'
import type { SampleId } from './samples.ts'
import classes from './setup-page.module.css'

/** Claims a new installation: the address's fragment is the data plane's set-up link, which servers never see. */
export function SetupPage() {
  const [link, setLink] = useState(() => readLink(location.href))
  const installation = useQuery(installationOptions)
  const claimed = installation.data?.claimed === true
  return (
    <StandalonePage title="Set up" wide>
      <div className={classes.columns}>
        <div>
          <Title order={1} className={classes.title}>
            Your data, your keys
          </Title>
          <Text c="dimmed" className={classes.about}>
            Keyhold keeps and queries data without holding a key to it. This page makes a signing key in your browser;
            your data plane will believe that key, and nobody else’s.
          </Text>
          <CustodyPanel custody={link?.custody ?? installation.data?.custody} />
        </div>
        <div className={classes.form}>
          {link !== undefined ? (
            <Claim link={link} />
          ) : claimed ? (
            <Claimed />
          ) : (
            <AskLink read={readLink} onLink={setLink} />
          )}
        </div>
      </div>
    </StandalonePage>
  )
}

function readLink(address: string): SetupLink | undefined {
  try {
    return parseSetupLink(address)
  } catch {
    return undefined
  }
}

function Claim({ link }: { readonly link: SetupLink }) {
  const navigate = useNavigate()
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const claim = async (owner: Owner, sample: SampleId): Promise<void> => {
    setBusy(true)
    setError(null)
    try {
      const project = await claimInstallation(link, owner)
      await navigate({ to: '/p/$project/recovery-kit', params: { project }, hash: `next=${sample}`, replace: true })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <>
      <ClaimForm busy={busy} onSubmit={(owner, sample) => void claim(owner, sample)} />
      {error !== null && (
        <div className={classes.problem}>
          <ProblemAlert error={error} />
        </div>
      )}
    </>
  )
}
