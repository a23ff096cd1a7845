import { Button, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import FileUp from 'lucide-react/icons/file-up'
import SquareTerminal from 'lucide-react/icons/square-terminal'
import type { ReactNode } from 'react'
import { useMay } from '../../api/may.ts'
import { useProjectId } from '../../api/projects.ts'
import classes from './next-steps.module.css'

/** An empty project: bring a table, then ask of it. */
export function NextSteps() {
  const project = useProjectId()
  const mayWrite = useMay('data.write')
  return (
    <div className={classes.steps}>
      {mayWrite && (
        <Step
          number="1"
          icon={<FileUp size={20} aria-hidden="true" />}
          title="Bring a file"
          about="CSV, Excel, JSON or Parquet: choose it, or drop it anywhere on this page. It is sealed before a byte leaves your machine; your data plane alone opens it."
          action={
            <Button renderRoot={(props) => <Link to="/p/$project/import" params={{ project }} {...props} />}>
              Choose a file
            </Button>
          }
        />
      )}
      <Step
        number={mayWrite ? '2' : '1'}
        icon={<SquareTerminal size={20} aria-hidden="true" />}
        title="Ask a question"
        about="In SQL. Question and answer are sealed between you and your data plane; nobody in between reads either."
        action={
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/p/$project/explore" params={{ project }} {...props} />}
          >
            Open Explore
          </Button>
        }
      />
    </div>
  )
}

type StepProps = {
  readonly number: string
  readonly icon: ReactNode
  readonly title: string
  readonly about: string
  readonly action: ReactNode
}

function Step({ number, icon, title, about, action }: StepProps) {
  return (
    <section className={classes.step}>
      <span className={classes.number} aria-hidden="true">
        {number}
      </span>
      <Title order={2} className={classes.title}>
        {icon}
        {title}
      </Title>
      <Text c="dimmed" className={classes.about}>
        {about}
      </Text>
      {action}
    </section>
  )
}
