import type { Member } from '../../services/task-service/contract.ts'
import { Avatar } from '../components/avatar.tsx'
import { Button } from '../components/button.tsx'
import { Choice, Field } from '../components/field.tsx'
import { Meanwhile } from '../components/meanwhile.tsx'
import { Refused } from '../components/refused.tsx'
import { Sure } from '../components/sure.tsx'
import { Html } from '../html.ts'
import { person } from '../people.ts'
import { formOf, type SettingsView, settingsPath } from './settings-view.ts'

/** Who is in the project and what they may do. Admins change it; everybody may leave. */
export const Members = ({ view }: { view: SettingsView }) => {
  const { reader, project } = view
  const text = reader.text.projects.settings
  const members = project.members
    .map(member => ({ member, ...person(view, member.userId) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, reader.language))
  return (
    <section class="sheet" aria-labelledby="members">
      <h2 id="members" safe>
        {text.members}
      </h2>
      <ul class="things">
        {members.map(({ member, name }) => (
          <MemberRow view={view} member={member} name={name} />
        ))}
      </ul>
      {project.role === 'admin' && <NewMember view={view} />}
      {project.placeholders.length > 0 && (
        <>
          <h3 safe>{text.byName}</h3>
          <p class="muted" safe>
            {text.byNameDetail}
          </p>
          <ul class="by-name">
            {project.placeholders.map(({ id, name }) => (
              <li class="with">
                <Avatar id={id} name={name} quiet />
                <span safe>{name}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

type Role = Member['role']
const roles: Role[] = ['viewer', 'commenter', 'editor', 'admin']

const roleChoices = ({ reader }: SettingsView) =>
  roles.map(role => ({
    value: role,
    text: `${reader.text.common.roles[role]}: ${reader.text.projects.settings.roles[role]}`,
  }))

const MemberRow = ({ view, member, name }: { view: SettingsView; member: Member; name: string }) => {
  const { reader, project } = view
  const { common, projects } = reader.text
  const text = projects.settings
  const isReader = member.userId === reader.user?.id
  const path = `members/${member.userId}`
  const form = formOf(view, path)
  return (
    <li>
      {form.isStale && (
        <Meanwhile
          reader={reader}
          href={settingsPath(view)}
          theirs={{ [text.role]: common.roles[member.role] }}
        />
      )}
      <Refused refusal={form.refused} />
      <div class="thing">
        <p class="with grow">
          <Avatar id={member.userId} name={name} quiet large />
          <b class="truncate" safe>
            {name}
          </b>
          {isReader && (
            <span class="muted" safe>
              {`(${text.you})`}
            </span>
          )}
        </p>
        {project.role === 'admin' ? (
          <form class="in-a-row" method="post" action={settingsPath(view, path)}>
            <input type="hidden" name="version" value={String(member.version)} />
            <Choice
              id={`role-${member.userId}`}
              bare
              label={text.roleOf(name)}
              name="role"
              options={roleChoices(view)}
              value={form.value('role', member.role)}
              error={form.error('role')}
            />
            <Button text={common.save} aria-label={`${common.save}: ${text.roleOf(name)}`} />
          </form>
        ) : (
          <p class="muted" safe>
            {common.roles[member.role]}
          </p>
        )}
        {isReader ? (
          <Sure
            action={settingsPath(view, `${path}/remove`)}
            version={member.version}
            text={text.leave}
            bare
            icon="sign-out"
            detail={text.leaveDetail}
            verb={text.leaveVerb}
          />
        ) : (
          project.role === 'admin' && (
            <Sure
              action={settingsPath(view, `${path}/remove`)}
              version={member.version}
              text={text.removeMember(name)}
              bare
              detail={text.removeMemberDetail}
              verb={common.remove}
            />
          )
        )}
      </div>
    </li>
  )
}

const NewMember = ({ view }: { view: SettingsView }) => {
  const { reader } = view
  const text = reader.text.projects.settings
  const form = formOf(view, 'members')
  return (
    <form class="in-a-row new-thing" method="post" action={settingsPath(view, 'members')}>
      <Refused refusal={form.refused} />
      <Field
        label={text.email}
        name="email"
        type="email"
        required
        maxlength={254}
        autocomplete="off"
        hint={text.emailHint}
        value={form.value('email', '')}
        error={form.error('email')}
      />
      <Choice
        label={text.role}
        name="role"
        options={roleChoices(view)}
        value={form.value('role', 'editor' satisfies Role)}
        error={form.error('role')}
      />
      <Button icon="add" text={text.addMember} />
    </form>
  )
}
