import type { FileCategory } from '../../services/file-service/contract.ts'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Icon } from '../components/icon.tsx'
import { Sure } from '../components/sure.tsx'
import { number } from '../format.ts'
import { Html } from '../html.ts'
import { canEdit } from '../people.ts'
import { type FilesView, filesPath } from './files-view.ts'

/** The categories as a filter and, for who may, the forms that change them. */
export const Categories = ({ view }: { view: FilesView }) => {
  const { reader, project, categories, category, attempt } = view
  const text = reader.text.files
  const edits = canEdit(project)
  if (categories.length === 0 && !edits) return <></>
  const places = [
    { id: undefined, name: text.all, count: undefined },
    ...categories.map(({ id, name, fileCount }) => ({ id, name, count: fileCount })),
    { id: 'none', name: text.none, count: undefined },
  ]
  return (
    <div class="categories">
      {categories.length > 0 && (
        <nav class="chips" aria-label={text.categories}>
          {places.map(({ id, name, count }) => (
            <a
              href={filesPath({ project, category: id, after: undefined })}
              aria-current={id === category ? 'page' : undefined}
            >
              <span safe>{name}</span>
              {count !== undefined && (
                <span class="muted" safe>
                  {number(reader, count)}
                </span>
              )}
            </a>
          ))}
        </nav>
      )}
      {edits && (
        <details class="category-forms" open={attempt?.of.startsWith('category:')}>
          <summary class="btn btn-quiet btn-sm">
            <Icon name={categories.length > 0 ? 'edit' : 'add'} />
            <span safe>{categories.length > 0 ? text.editCategories : text.newCategory}</span>
          </summary>
          <div class="sheet">
            <p class="muted" safe>
              {text.noCategories}
            </p>
            <ul>
              {categories.map(one => (
                <CategoryForms view={view} category={one} />
              ))}
            </ul>
            <form class="in-a-row" method="post" action={filesPath(view, 'file-categories')}>
              <Field
                id="category-new"
                label={text.newCategory}
                name="name"
                required
                maxlength={60}
                autocomplete="off"
                value={attempt?.of === 'category:new' ? attempt.name : undefined}
                error={attempt?.of === 'category:new' ? (attempt.fields.name ?? attempt.detail) : undefined}
              />
              <Button icon="add" text={text.addCategory} />
            </form>
          </div>
        </details>
      )}
    </div>
  )
}

const CategoryForms = ({ view, category }: { view: FilesView; category: FileCategory }) => {
  const { reader } = view
  const text = reader.text.files
  const attempt = view.attempt?.of === `category:${category.id}` ? view.attempt : undefined
  const path = `file-categories/${category.id}`
  return (
    <li class="thing">
      <form class="in-a-row grow" method="post" action={filesPath(view, path)}>
        <input type="hidden" name="version" value={String(category.version)} />
        <Field
          id={`category-${category.id}`}
          bare
          label={text.nameOf(category.name)}
          name="name"
          required
          maxlength={60}
          autocomplete="off"
          value={attempt?.name ?? category.name}
          error={attempt && (attempt.fields.name ?? attempt.detail)}
        />
        <Button text={reader.text.common.save} aria-label={`${reader.text.common.save}: ${category.name}`} />
      </form>
      <Sure
        action={filesPath(view, `${path}/delete`)}
        version={category.version}
        text={text.deleteCategory(category.name)}
        bare
        detail={text.deleteCategoryDetail}
        verb={reader.text.common.delete}
      />
    </li>
  )
}
