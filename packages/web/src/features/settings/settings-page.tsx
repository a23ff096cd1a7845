import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { installationOptions, useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import { custodyClaims } from '../../app/custody.ts'
import { formatMoment } from '../../ui/format.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import classes from './settings-page.module.css'

export function SettingsPage() {
  const id = useProjectId()
  const project = useProjects().find((known) => known.id === id)
  const { self, device, caller } = useSession()
  const custody = useQuery(installationOptions).data?.custody
  return (
    <>
      <PageHeader title="Settings" about="What this project is, and who you are to it." />
      <div className={classes.panels}>
        <Panel title="Project">
          <KeyValue
            items={[
              ['Name', project?.name ?? '–'],
              ['Id', <code key="id">{id}</code>],
              ['Made', project === undefined ? '–' : formatMoment(project.created)],
              ['Organisation', self.organisationName],
              ['Custody', custody === undefined ? '…' : `${custody}. ${custodyClaims[custody].claim}`],
            ]}
          />
        </Panel>
        <Panel title="You">
          <KeyValue
            items={[
              ['Name', self.name ?? '–'],
              ['E-mail', self.email ?? '–'],
              ['This device', device],
              ['Its key', <code key="key">{caller.signer.keyId}</code>],
              ['Session ends', self.session === null ? '–' : formatMoment(self.session.expires)],
            ]}
          />
        </Panel>
        <Panel title="Recovery">
          <Text mb="sm">
            What rebuilds a lost data plane. Only the owner’s device gets it, and each time is in the log.
          </Text>
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/p/$project/recovery-kit" params={{ project: id }} {...props} />}
          >
            Show the recovery kit
          </Button>
        </Panel>
      </div>
    </>
  )
}
