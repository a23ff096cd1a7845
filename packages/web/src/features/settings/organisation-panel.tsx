import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { installationOptions } from '../../api/projects.ts'
import { authorityAddress, authorityOptions } from '../../api/trust.ts'
import { useSession } from '../../api/use-data.ts'
import { custodyClaims } from '../../app/custody.ts'
import { KeyValue } from '../../ui/key-value.tsx'
import { Panel } from '../../ui/panel.tsx'
import classes from './settings-page.module.css'

/** KH-01: the organisation, its custody mode with the exact claim, and by what this server is known. */
export function OrganisationPanel() {
  const { self } = useSession()
  const installation = useQuery(installationOptions).data
  const authority = useQuery(authorityOptions).data
  return (
    <Panel title="Organisation">
      <KeyValue
        items={[
          ['Name', self.organisationName],
          [
            'Id',
            <code key="id" className={classes.code}>
              {self.organisation}
            </code>,
          ],
          [
            'Custody',
            <div key="custody">
              <strong>{self.custody}.</strong> {custodyClaims[self.custody].who}
              <Text size="sm" c="dimmed" mt={4}>
                {custodyClaims[self.custody].claim}
              </Text>
            </div>,
          ],
          [
            'Data plane',
            <span key="plane" className={classes.state} data-state={self.dataPlane}>
              {self.dataPlane}
            </span>,
          ],
          [
            'Server’s key',
            <code key="pin" className={classes.code}>
              {installation?.serverPin ?? '…'}
            </code>,
          ],
          [
            'Authority',
            <span key="authority">
              <code className={classes.code}>{authority ?? 'a public one'}</code>{' '}
              {authority !== null && authority !== undefined && (
                <Anchor href={authorityAddress} size="sm" download>
                  certificate
                </Anchor>
              )}
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}
