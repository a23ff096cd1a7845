import { Menu, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import Check from 'lucide-react/icons/check'
import ChevronsUpDown from 'lucide-react/icons/chevrons-up-down'
import { useProjectId, useProjects } from '../../api/projects.ts'
import { useSession } from '../../api/use-data.ts'
import classes from './project-switcher.module.css'

export function ProjectSwitcher() {
  const id = useProjectId()
  const projects = useProjects()
  const { self } = useSession()
  const navigate = useNavigate()
  const current = projects.find((project) => project.id === id)
  return (
    <Menu width="target" position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.button}>
          <span className={classes.words}>
            <Text span size="xs" c="dimmed" truncate>
              {self.organisationName}
            </Text>
            <Text span fw={600} truncate>
              {current?.name ?? 'Unknown project'}
            </Text>
            <VisuallyHidden>: choose another project</VisuallyHidden>
          </span>
          <ChevronsUpDown size={15} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Projects</Menu.Label>
        {projects.map((project) => (
          <Menu.Item
            key={project.id}
            rightSection={project.id === id ? <Check size={14} aria-label="chosen" /> : undefined}
            onClick={() => void navigate({ to: '/p/$project', params: { project: project.id } })}
          >
            {project.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
